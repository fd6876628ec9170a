import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test from 'ava';
import { leaveNotice, takeNotices } from '../../../src/engine/context/notices.ts';
import { bundled } from '../../bundled.ts';

const withDirectory = (run: (directory: string) => void): void => {
  const directory = mkdtempSync(join(tmpdir(), 'tscompose-notices-'));
  try {
    run(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
};

const source = resolve(import.meta.dirname, '../../../src/engine/context/survive-errors.ts');

for (const [what, statement] of [
  ['an error that nobody catches', 'setTimeout(() => { throw new Error("lost"); })'],
  ['a rejection that nobody handles', 'void Promise.reject(new Error("lost"))'],
] as const)
  test(`${what} does not end the supervisor, and is left for the next command`, (t) => {
    withDirectory((directory) => {
      const notices = join(directory, 'notices');
      const script = `import { surviveErrors } from ${JSON.stringify(source)};
        surviveErrors({ complaints: '/log', notices: ${JSON.stringify(notices)} });
        ${statement};
        setTimeout(() => console.log('still here'), 20);`;
      const { stdout, stderr, status } = spawnSync(process.execPath, [bundled(script)], { encoding: 'utf8' });
      t.is(status, 0, stderr);
      t.is(stdout, 'still here\n');
      t.regex(stderr, /Error: lost\n +at /);
      t.deepEqual(
        takeNotices(notices).map(({ severity, code, facts }) => [severity, code, facts]),
        [['warning', 'supervisor-error', [['error', 'Error: lost']]]],
      );
    });
  });

test('a notice is shown once', (t) => {
  withDirectory((directory) => {
    const path = join(directory, 'notices');
    t.deepEqual(takeNotices(path), []);
    const notice = { severity: 'warning', code: 'no-space', message: 'no space' } as const;
    for (let times = 0; times < 3; times++) leaveNotice(path, notice);
    t.deepEqual(takeNotices(path), [notice]);
    t.deepEqual(takeNotices(path), []);
    t.notThrows(() => leaveNotice(join(directory, 'nowhere/notices'), notice));
  });
});
