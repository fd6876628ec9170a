import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { commands } from '../../src/cli/command-table.ts';
import { globalOptions } from '../../src/cli/grammar/global-options.ts';
import { commandHelp, commandManual, overview } from '../../src/cli/grammar/help-text.ts';

const longName = (flags: string) => flags.match(/--[a-z-]+/)?.[0];

test('every command and every option has a summary', (t) => {
  for (const { name, summary, options } of commands) {
    t.regex(summary, /^[A-Z]/, name);
    for (const option of options) t.regex(option.summary, /^[A-Z]/, `${name} ${option.flags}`);
  }
  for (const { flags, summary } of globalOptions) t.regex(summary, /^[A-Z]/, flags);
});

test('every option has a long form', (t) => {
  for (const { options } of commands) for (const { flags } of options) t.truthy(longName(flags), flags);
});

test('no command has two options of one name', (t) => {
  for (const { name, options } of commands) {
    const names = options.flatMap(({ flags }) => flags.match(/--?[a-zA-Z][a-z-]*/g) ?? []);
    t.deepEqual(names, [...new Set(names)], name);
  }
});

test('the overview has every command and every option that comes before it', (t) => {
  for (const { name } of commands) t.regex(overview(commands), new RegExp(`^  ${name}( |$)`, 'm'));
  for (const { flags } of globalOptions) t.true(overview(commands).includes(flags), flags);
});

test('the help of a command has all its options, and the manual its examples as well', (t) => {
  for (const spec of commands) {
    for (const { flags } of spec.options) {
      t.true(commandHelp(spec).includes(flags), flags);
      t.true(commandManual(spec).includes(flags), flags);
    }
    for (const example of spec.examples)
      t.true(commandManual(spec).includes(`tscompose ${example}`), example);
  }
});

test('help fits into 80 columns', (t) => {
  const texts = [overview(commands), ...commands.map(commandHelp), ...commands.map(commandManual)];
  for (const line of texts.flatMap((text) => text.split('\n'))) t.true(line.length <= 80, line);
});

test('every file of the folder is a row of the table', (t) => {
  const files = readdirSync(join(import.meta.dirname, '../../src/cli/commands'));
  t.deepEqual(
    files.map((file) => file.replace('.ts', '')),
    commands.map(({ name }) => name.replaceAll(' ', '-')).sort(),
  );
});

test('a row loads what runs its command only when it runs', (t) => {
  const folder = join(import.meta.dirname, '../../src/cli/commands');
  for (const file of readdirSync(folder)) {
    const loaded = readFileSync(join(folder, file), 'utf8').matchAll(/^import (?!type ).* from '([^']+)'/gm);
    for (const [, path = ''] of loaded)
      t.regex(
        path,
        /\/(command|((ps|storage|network)-)?values|shared-options|shells|status)\.ts$/,
        `${file} loads ${path}`,
      );
  }
});
