import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { findingsIn, loadFolder } from '../folder.ts';
import { loadText, problems, service, web } from '../support.ts';

/** A directory with these files. */
function directoryWith(t: ExecutionContext, files: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(tmpdir(), 'tscompose-env-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return directory;
}

/** `@` stands for the directory of the files. */
const environmentOf = (
  t: ExecutionContext,
  keys: string,
  files: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string>> = {},
) => service(t, web(keys.replaceAll('@', directoryWith(t, files))), { environment }).environment;

test('a file, several files, and the long form', (t) => {
  const files = { 'a.env': 'A=1\nB=1\n', 'b.env': 'B=2\n' };
  t.deepEqual(environmentOf(t, 'env_file: "@/a.env"', files), { A: '1', B: '1' });
  t.deepEqual(environmentOf(t, 'env_file: ["@/a.env", "@/b.env"]', files), { A: '1', B: '2' });
  t.deepEqual(environmentOf(t, 'env_file: [{path: "@/b.env"}, "@/a.env"]', files), { A: '1', B: '1' });
});

test('environment has the last word', (t) => {
  const keys = 'env_file: "@/a.env"\nenvironment: {A: mine}';
  t.deepEqual(environmentOf(t, keys, { 'a.env': 'A=file\nB=file\n' }), { A: 'mine', B: 'file' });
});

test('variables in values: of the process, of the service, of what stands above', (t) => {
  const files = { 'a.env': 'A=$OUTSIDE-$OWN\nB=${A}!\n', 'b.env': 'C=$B\n' };
  t.deepEqual(
    environmentOf(t, 'env_file: ["@/a.env", "@/b.env"]\nenvironment: {OWN: o}', files, { OUTSIDE: 'x' }),
    {
      A: 'x-o',
      B: 'x-o!',
      C: 'x-o!',
      OWN: 'o',
    },
  );
});

test('raw takes every value as it stands', (t) => {
  const files = { 'a.env': '# comment\nA="q" $B\nC=d=e\n' };
  t.deepEqual(environmentOf(t, 'env_file: [{path: "@/a.env", format: raw}]', files), {
    A: '"q" $B',
    C: 'd=e',
  });
});

test('a file that is not there is an error where it is named, unless it need not be', (t) => {
  t.deepEqual(problems(web('env_file: [a.env, {path: b.env, required: false}]')), [
    'error no-file 4:16 a.env',
  ]);
  t.deepEqual(environmentOf(t, 'env_file: [{path: "@/b.env", required: false}]', {}), {});
});

test('what is wrong in such a file is told with its place', (t) => {
  const directory = directoryWith(t, { 'a.env': 'A=1\nB="open\n' });
  const [problem] = loadText(web(`env_file: ${directory}/a.env`)).diagnostics;
  t.like(problem, { code: 'invalid-value', at: { file: join(directory, 'a.env'), line: 2 } });
});

test('nothing else', (t) => {
  t.deepEqual(problems(web('env_file: {path: a}')), ['error invalid-type 4:15 {path: a}']);
  t.deepEqual(problems(web('env_file: [{file: a}]')), [
    'error missing-key 4:16 {file: a}',
    'error unknown-key 4:17 file',
  ]);
});

test('raw is without blanks before names, takes names alone from outside, and refuses names with blanks', (t) => {
  const raw = 'env_file: [{path: a.env, format: raw}]';
  const load = (text: string) =>
    loadFolder(t, { 'compose.yaml': web(raw), 'a.env': text }, { environment: { OUTER: 'o' } });
  t.deepEqual(load('  KEY= v\n\tTAB=v\n  # x=1\nOUTER\nNOBODY\n').canonical!.services.web!.environment, {
    KEY: ' v',
    TAB: 'v',
    OUTER: 'o',
  });
  t.deepEqual(findingsIn(load('TWO WORDS=v\n')), ['error invalid-value a.env 1:1 TWO WORDS=v']);
  t.deepEqual(findingsIn(load('A=1\n=v\n')), ['error invalid-value a.env 2:1 =v']);
});

test('a path that is an empty variable names no file, if none is required', (t) => {
  const loaded = loadFolder(t, { 'compose.yaml': web('env_file: [{path: "${NOBODY:-}", required: false}]') });
  t.deepEqual(findingsIn(loaded), []);
});
