import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';

const built = process.env.TSCOMPOSE_DIST ?? join(import.meta.dirname, '../../dist/tscompose.js');

const withCache = (
  title: string,
  check: (t: ExecutionContext, directory: string, run: (...words: string[]) => void) => void,
): void =>
  test(title, (t) => {
    const caches = mkdtempSync(join(tmpdir(), 'tscompose-cache-'));
    t.teardown(() => rmSync(caches, { recursive: true }));
    const run = (...words: string[]): void => {
      const env = { ...process.env, XDG_CACHE_HOME: caches, NODE_DISABLE_COMPILE_CACHE: '' };
      const { status, stdout, stderr } = spawnSync(process.execPath, ['--', built, ...words], {
        env,
        encoding: 'utf8',
      });
      t.is(status, words.includes('--misspelt') ? 1 : 0, stderr);
      t.not(stdout + stderr, '');
    };
    check(t, join(caches, 'tscompose'), run);
  });

const onlyFile = (t: ExecutionContext, directory: string): string => {
  const names = readdirSync(directory);
  t.is(names.length, 1);
  return join(directory, names[0]!);
};

const commandsOf = (directory: string): readonly string[] =>
  readdirSync(directory).map((name) => name.slice(name.lastIndexOf('.') + 1));

const runsOf = (file: string): string => readFileSync(file, 'latin1').split('\n')[0]!;

withCache('what was compiled is kept once for each command, for its user alone', (t, directory, run) => {
  run('version');
  const file = onlyFile(t, directory);
  t.is(statSync(directory).mode & 0o777, 0o700);
  t.is(statSync(file).mode & 0o777, 0o600);
  t.is(runsOf(file), 'version');
  const { ino, size } = statSync(file);
  run('version');
  t.is(statSync(file).ino, ino, 'V8 has taken it, so it is not written again');
  run('completion', 'bash');
  run('--project-name', 'version', 'completion', 'bash');
  t.deepEqual(commandsOf(directory), ['completion', 'version']);
  t.is(statSync(file).ino, ino, 'the code of another command does not go into it');
  t.is(statSync(file).size, size);
});

withCache('a command that has failed is no measure of what one needs that succeeds', (t, directory, run) => {
  run('--misspelt');
  const file = onlyFile(t, directory);
  t.is(runsOf(file), 'help!');
  run('--help');
  t.is(runsOf(file), 'help! help');
  const { ino } = statSync(file);
  run('--misspelt');
  t.is(statSync(file).ino, ino);
});

withCache('what is no code of V8 is replaced', (t, directory, run) => {
  run('version');
  const file = onlyFile(t, directory);
  writeFileSync(file, 'version\nnonsense', { mode: 0o600 });
  run('version');
  t.true(statSync(file).size > 1000);
});

for (const [what, spoil] of [
  ['that others may write', (path: string) => chmodSync(path, 0o620)],
  ...(process.geteuid?.() === 0
    ? [['of another user', (path: string) => chownSync(path, 12345, 0)] as const]
    : []),
] as const)
  for (const which of ['file', 'directory'])
    withCache(`nothing is executed out of a ${which} ${what}`, (t, directory, run) => {
      run('version');
      const file = onlyFile(t, directory);
      const { ino } = statSync(file);
      spoil(which === 'file' ? file : directory);
      run('version');
      t.not(statSync(file).ino, ino, 'it was not taken, but written anew');
    });

withCache('what has not been used for a month goes', (t, directory, run) => {
  run('version');
  const old = join(directory, 'v20-of-an-old-version');
  writeFileSync(old, '');
  utimesSync(old, 0, 0);
  run('--help');
  t.false(readdirSync(directory).includes('v20-of-an-old-version'));
});

test('without a place to keep it, everything works', (t) => {
  const env = { ...process.env, XDG_CACHE_HOME: '/proc/nowhere' };
  t.is(spawnSync(process.execPath, ['--', built, 'version'], { env }).status, 0);
});
