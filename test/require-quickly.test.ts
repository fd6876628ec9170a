import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test from 'ava';
import { requireFrom } from '../src/require-quickly.ts';

const root = resolve(import.meta.dirname, '..');

// Red without: libraryBeside.
test('of koffi, the native library alone is loaded', (t) => {
  const koffi = requireFrom(join(root, 'dist/program.js'))('koffi') as typeof import('koffi');
  t.not(koffi, createRequire(import.meta.url)('koffi'));
  t.is(koffi.load(null).func('int getpid(void)')(), process.pid);
});

// Red without: the comparison of the versions.
test('a koffi of another version than the library beside it finds its own', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'tscompose-koffi-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  const packages = join(directory, 'node_modules');
  mkdirSync(join(packages, 'koffi'), { recursive: true });
  symlinkSync(join(root, 'node_modules/@koromix'), join(packages, '@koromix'));
  writeFileSync(join(packages, 'koffi/package.json'), '{ "version": "0.0.1", "main": "main.cjs" }');
  writeFileSync(join(packages, 'koffi/main.cjs'), 'module.exports = "its own";');
  t.is(requireFrom(join(directory, 'dist/program.js'))('koffi'), 'its own');
});

test('a library that is not there is reported by the package', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'tscompose-koffi-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  t.throws(() => requireFrom(join(directory, 'program.js'))('koffi'), {
    message: /^Cannot find module 'koffi'/,
  });
});
