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
      t.is(status, 0, stderr);
      t.not(stdout, '');
    };
    check(t, join(caches, 'tscompose'), run);
  });

const onlyFile = (t: ExecutionContext, directory: string): string => {
  const names = readdirSync(directory);
  t.is(names.length, 1);
  return join(directory, names[0]!);
};

const wordsOf = (file: string): string => readFileSync(file, 'latin1').split('\n')[0]!;

withCache('what was compiled is kept once for each command, for its user alone', (t, directory, run) => {
  run('version');
  const file = onlyFile(t, directory);
  t.is(statSync(directory).mode & 0o777, 0o700);
  t.is(statSync(file).mode & 0o777, 0o600);
  t.is(wordsOf(file), 'version');
  const { ino } = statSync(file);
  run('version');
  t.is(statSync(file).ino, ino, 'V8 has taken it, so it is not written again');
  run('--help');
  t.is(wordsOf(onlyFile(t, directory)), 'version help');
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
      writeFileSync(file, 'version\n', { mode: 0o600 });
      run('--help');
      t.is(wordsOf(onlyFile(t, directory)), 'help', 'one without code is not taken');
      const { ino } = statSync(file);
      spoil(which === 'file' ? file : directory);
      run('--help');
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
