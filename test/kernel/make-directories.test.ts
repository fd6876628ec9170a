import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { inDirectory, makeDirectories } from '../../src/kernel/make-directories.ts';

const here = mkdtempSync(join(tmpdir(), 'directories-'));
test.after.always(() => rmSync(here, { recursive: true }));

test('missing parents are made with the mode, and existing directories stay', (t) => {
  const path = join(here, 'a/b/c');
  makeDirectories(path);
  makeDirectories(path);
  t.deepEqual(
    [path, join(here, 'a')].map((each) => statSync(each).mode & 0o777),
    [0o700, 0o700],
  );
});

test('what mkdir(2) refuses is thrown with its errno, and at once', (t) => {
  writeFileSync(join(here, 'file'), '');
  t.throws(() => makeDirectories(join(here, 'file')), { code: 'EEXIST' });
  t.throws(() => makeDirectories(join(here, 'file/below/it')), { code: 'ENOTDIR' });
  // The kernel creates nothing in /proc, for nobody; `mkdirSync` with `recursive` would not return.
  t.throws(() => makeDirectories('/proc/none/below'), { code: 'ENOENT' });
  t.false(existsSync('/proc/none'));
});

test('a file is made in a directory that is missing, and any other failure is that of the file', (t) => {
  const path = join(here, 'made/for/it/file');
  inDirectory(path, () => writeFileSync(path, ''));
  t.true(existsSync(path));
  t.throws(() => inDirectory(path, () => writeFileSync(`${path}/inside`, '')), { code: 'ENOTDIR' });
});
