import test from 'ava';
import { mistake } from '../../../src/engine/operations/mistake.ts';

const full = { code: 'ENOSPC', syscall: 'copyfile', path: '/etc/hosts' };

// Red without: storageError in mistake.ts.
test('a full directory is no mistake: the message has its path, of a copy that of the destination', (t) => {
  const { code, message } = mistake(Object.assign(new Error('full'), full, { dest: '/run/app/host/hosts' }));
  t.deepEqual([code, message], ['no-space', 'no space is left in /run/app/host']);
  t.is(mistake(Object.assign(new Error('full'), full)).message, 'no space is left in /etc');
});

test('other errors are mistakes, whatever they are', (t) => {
  for (const error of [new Error('what'), 'what', undefined, null])
    t.regex(mistake(error).message, /^tscompose itself failed: /);
});
