import test from 'ava';
import { selectTests } from './selection.ts';

test('what virtual machines run by default is of everything that a kernel has to do with', (t) => {
  const { files, titles } = selectTests('kernel');
  const areas = 'attacker down exec faults full init lifecycle limits networks privileges volumes'.split(' ');
  const missing = areas.filter((area) => !files.includes(`test/scenarios/${area}.test.ts`));
  t.deepEqual(missing, []);
  t.true(files.includes('test/kernel/every-step.test.ts'));
  t.true(titles.every((title) => /\[kernel(, limits)?\]$/.test(title)));
});

test('where there are no controllers, tests of limits are left out', (t) => {
  const all = selectTests(undefined);
  const rest = selectTests(undefined, undefined, 'limits');
  const limits = selectTests('limits');
  t.true(limits.titles.length > 5);
  t.is(rest.titles.length + limits.titles.length, all.titles.length);
  t.true(rest.words.every((word) => word.startsWith('--match=!*')));
});
