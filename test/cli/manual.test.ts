import test from 'ava';
import { commands } from '../../src/cli/command-table.ts';
import { globalOptions } from '../../src/cli/grammar/global-options.ts';
import type { CommandSpec, OptionSpec } from '../../src/cli/grammar/option-types.ts';
import { literal, text } from '../../src/cli/manual/mdoc.ts';
import { manualPage } from '../../src/cli/manual/page.ts';

const page = manualPage(commands, '1.2.3', 'January 31, 2026');

/** The lines from one heading to the next. */
const section = (heading: string): string => {
  const lines = page.split('\n');
  const start = lines.indexOf(heading);
  const end = lines.findIndex((line, index) => index > start && /^\.S[hs] /.test(line));
  return start < 0 ? '' : lines.slice(start, end).join('\n');
};

const longNames = (options: readonly OptionSpec[]): string[] =>
  options.map(({ flags }) => /--[a-z-]+/.exec(flags)![0]);

const item = (flag: string) => `Fl ${flag.slice(1).replaceAll('-', '\\-')}`;

test('every command has a section with all its options', (t) => {
  for (const spec of commands) {
    const { name, options } = spec;
    const own = section(`.Ss ${name}${'alias' in spec ? `, ${spec.alias}` : ''}`);
    t.true(own.includes(`.Cm ${name}`), name);
    for (const flag of longNames(options)) t.true(own.includes(item(flag)), `${name} ${flag}`);
  }
  for (const flag of longNames(globalOptions)) t.true(section('.Sh DESCRIPTION').includes(item(flag)), flag);
});

test('every variable of the table is in the section on the environment', (t) => {
  const specs: readonly CommandSpec[] = commands;
  const all: readonly OptionSpec[] = [...globalOptions, ...specs.flatMap(({ options }) => options)];
  const names = all.flatMap(({ summary, env }) => env ?? /\[env: (\w+)\]/.exec(summary)?.[1] ?? []);
  t.true(names.length > 5);
  for (const name of names) t.true(section('.Sh ENVIRONMENT').includes(`.It Ev ${name}\n`), name);
});

test('every example and every exit status is there', (t) => {
  for (const { examples } of commands)
    for (const example of examples)
      t.true(section('.Sh EXAMPLES').includes(example.replaceAll('-', '\\-')), example);
  for (const spec of commands)
    if ('exitStatus' in spec) t.true(section('.Sh EXIT STATUS').includes(`.It Cm ${spec.name}\n`), spec.name);
});

test('it names its date and the version', (t) => {
  t.regex(page, /^\.Dd January 31, 2026\n\.Dt TSCOMPOSE 1\n/);
  t.regex(page, /version 1\.2\.3\.$/m);
});

test('a line is a macro only on purpose', (t) => {
  t.deepEqual(text('.env and `a-b\\c`. Next one.'), ['\\&.env and \\fBa\\-b\\ec\\fR.', 'Next one.']);
  t.deepEqual(literal(['.x', "'y", 'a\\b'])?.slice(1, -1), ['\\&.x', "\\&'y", 'a\\eb']);
  for (const line of page.split('\n').filter((each) => each.startsWith('.')))
    t.regex(line, /^\.(Dd|Dt|Os|Sh|Ss|Nm|Nd|Op|Ar|Cm|Pp|Bl|It|El|Bd|Ed|Xr)\b/);
  for (const line of page.split('\n')) t.true(line.length <= 100, line);
});
