import { basename } from 'node:path';
import test from 'ava';
import { dealOut, selectTests } from './selection.ts';

const titlesOf = (selection: ReturnType<typeof selectTests>): readonly string[] =>
  selection.files.flatMap(({ titles }) => titles);

const AREAS =
  'bind-mounts device-rules exec faults guardian health-faults image-roots init limits networks privileges seccomp'.split(
    ' ',
  );

/** Of all files, reading the titles would take seconds. */
const isOf =
  (names: readonly string[]) =>
  (file: string): boolean =>
    names.includes(basename(file, '.test.ts'));

test('what virtual machines run by default is one of each facility of a kernel at least', (t) => {
  const selection = selectTests('kernel', isOf([...AREAS, 'every-step']));
  const files = selection.files.map(({ name }) => name);
  const missing = AREAS.filter((area) => !files.includes(`test/scenarios/${area}.test.ts`));
  t.deepEqual(missing, []);
  t.true(files.includes('test/kernel/program/every-step.test.ts'));
  t.true(titlesOf(selection).every((title) => /\[kernel(, limits)?\]$/.test(title)));
});

test('where there are no controllers, tests of limits are left out', (t) => {
  const some = isOf(['device-rules', 'health-faults', 'limits', 'init']);
  const all = selectTests(undefined, some);
  const rest = selectTests(undefined, some, 'limits');
  const limits = selectTests('limits', some);
  t.true(titlesOf(limits).length > 5);
  t.is(titlesOf(rest).length + titlesOf(limits).length, titlesOf(all).length);
  t.true(rest.words.every((word) => word.startsWith('--match=!*')));
});

test('several machines get whole files, and about as many tests', (t) => {
  const file = (name: string, count: number) => ({ name, titles: Array<string>(count).fill(name) });
  const files = [file('a', 1), file('b', 5), file('c', 1), file('d', 1), file('e', 2)];
  const hands = dealOut({ files, words: ['--match=*'] }, 2);
  t.deepEqual(
    hands.map((hand) => hand.files.map(({ name }) => name)),
    [
      ['b', 'd'],
      ['e', 'a', 'c'],
    ],
  );
  t.true(hands.every(({ words }) => words[0] === '--match=*'));
  t.is(dealOut({ files: files.slice(0, 1), words: [] }, 2).length, 1);
});
