import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { findings, loadText, problems, web } from '../../support.ts';

const errors = (text: string, environment: Readonly<Record<string, string>> = {}): readonly string[] =>
  problems(text, { environment }).filter((problem) => problem.startsWith('error'));

/** A service with these secrets of the top level. */
const secrets = (...each: readonly string[]): string =>
  `${web(`secrets: [${each.map((one) => one.split(':')[0]).join(', ')}]`)}secrets:\n${each.map((one) => `  ${one}\n`).join('')}`;

test('contents that do not exist here are errors at their places, all at once', (t) => {
  // Red without: grantSources in checksToRun
  t.deepEqual(
    errors(
      secrets(
        'a: {external: true}',
        'b: {environment: NONE}',
        'c: {file: c, driver: x}',
        'd: {file: d, template_driver: golang}',
      ),
    ),
    [
      'error not-supported 6:7 external',
      'error unset-variable 7:20 NONE',
      'error not-supported 8:16 driver',
      'error not-supported 9:16 template_driver',
    ],
  );
  t.deepEqual(errors(`${web('configs: [a, b]')}configs: {a: {external: true}, b: {environment: NONE}}\n`), [
    'error not-supported 5:15 external',
    'error unset-variable 5:49 NONE',
  ]);
});

test('a variable that is set to nothing has an empty content', (t) => {
  t.deepEqual(errors(secrets('a: {environment: EMPTY}'), { EMPTY: '' }), []);
});

test('what no service has is not asked for, nor what another service has', (t) => {
  t.deepEqual(errors(`${web('tty: true')}secrets: {a: {external: true}, b: {environment: NONE}}\n`), []);
  const other = `${web('tty: true')}  b: {command: x, secrets: [k]}\nsecrets: {k: {environment: NONE}}\n`;
  const { project, diagnostics } = loadText(other, { services: ['web'] });
  t.deepEqual(diagnostics, []);
  t.deepEqual(project?.inactive, ['b']);
  t.deepEqual(errors(other), ['error unset-variable 6:28 NONE']);
});

for (const [target, marked] of [
  ['/', '/'],
  ['/proc/version', '/proc/version'],
  ['../../proc/1/mem', '../../proc/1/mem'],
] as const)
  test(`a secret cannot be mounted at ${target}`, (t) => {
    // Red without: grantTargets in checksToRun
    const text = `${web(`secrets: [{source: a, target: ${target}}]`)}secrets: {a: {file: a}}\n`;
    t.deepEqual(errors(text), [`error invalid-value 4:35 ${marked}`]);
  });

test('a config at the target of a volume is a second mount there', (t) => {
  const text = `${web('volumes: [/tmp:/etc/app]\nconfigs: [{source: a, target: etc/app/}]')}configs: {a: {file: a}}\n`;
  t.deepEqual(errors(text), ['error duplicate-mount 5:35 etc/app/']);
});

test('files that cannot be read are errors at their places, all at once', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'grants-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  writeFileSync(join(directory, 'good'), 'good');
  writeFileSync(join(directory, 'large'), '');
  truncateSync(join(directory, 'large'), 16 * 2 ** 20 + 1);
  mkdirSync(join(directory, 'folder'));
  execFileSync('mkfifo', [join(directory, 'pipe')]);
  const text = secrets(
    'a: {file: none}',
    'b: {file: folder}',
    'c: {file: large}',
    'd: {file: /dev/zero}',
    'e: {file: good}',
    'f: {file: good/below}',
    'g: {file: pipe}',
    'h: {file: none, external: true}',
  );
  const loaded = loadText(text, { cwd: directory, checkFiles: true });
  // Red without: checkGrantFiles in host-paths.ts; the test of the size, or of the kind, or O_NONBLOCK in readGrantFile;
  // the test of `external` in checkGrantFiles
  t.deepEqual(findings(loaded.diagnostics, loaded), [
    'error no-file 6:13 none',
    'error unreadable-file 7:13 folder',
    'error unreadable-file 8:13 large',
    'error unreadable-file 9:13 /dev/zero',
    'error unreadable-file 11:13 good/below',
    'error unreadable-file 12:13 pipe',
    'error not-supported 13:19 external',
  ]);
});
