import { writeFileSync } from 'node:fs';
import { Problem } from '../src/base/diagnostic.ts';
import { commands } from '../src/cli/command-table.ts';
import { type DockerOption, dockerCommands, dockerGlobals } from '../src/cli/grammar/docker-compose.ts';
import { readFlags } from '../src/cli/grammar/flags.ts';
import { parse } from '../src/cli/parser.ts';

/** The page, beside this file. */
export const commandLineFile = new URL('command-line.md', import.meta.url);

/** What becomes of each command and option of Docker Compose; found by giving it to the parser of the command line. */
export function generateCommandLine(): string {
  const fates = dockerCommands.map(({ name, options }) => ({ name, options, fate: fateOf([name]) }));
  const here = fates.filter(({ fate }) => fate === HERE);
  const missing = fates.filter(({ fate }) => fate !== HERE);
  const own = commands.filter(({ name }) => !dockerCommands.some((each) => each.name === name));
  return [
    introduction,
    '## Commands that are not here\n',
    table(
      'Command',
      missing.map(({ name, fate }) => [name, fate] as const),
    ),
    '## Options before the command\n',
    optionTable([], dockerGlobals),
    ...here.flatMap(({ name, options }) => [
      `## \`${name}\`\n`,
      options.length > 0 ? optionTable([name], options) : 'Without options.\n',
    ]),
    '## Commands of tscompose alone\n',
    table(
      'Command',
      own.map(({ name, summary }) => [name, `${summary}.`] as const),
    ),
  ].join('\n');
}

const introduction = `# The command line of Docker Compose

Every command and option of Docker Compose v5, and what becomes of it here. This page is generated from a probe of the
command line by \`npm run generate\`.
`;

const HERE = 'here';

function optionTable(command: readonly string[], options: readonly DockerOption[]): string {
  return table(
    'Option',
    options.map(({ flags }) => [flags, fateOfOption(command, flags)] as const),
  );
}

function table(title: string, rows: readonly (readonly [left: string, right: string])[]): string {
  const lines = rows.map(([left, right]) => `| \`${left}\` | ${right} |\n`);
  return `| ${title} | |\n|---|---|\n${lines.join('')}`;
}

/** All names of an option must have one fate. */
function fateOfOption(command: readonly string[], flags: string): string {
  const { names, value } = readFlags(flags);
  const sample = value === undefined ? [] : [samples[`${command} ${value}`] ?? samples[value] ?? 'x'];
  // `--version` stands in place of a command.
  const last = command.length > 0 || names.includes('--version') ? [] : ['ps'];
  const fates = names.map((name) => fateOf([...command, name, ...sample, ...last], name, command));
  if (new Set(fates).size > 1) throw new Error(`${command} ${flags}: ${fates.join(' | ')}`);
  return fates.at(-1)!;
}

/** `here`, `accepted without effect`, or the sentence of the parser without the name. `without`: the same line without the option. */
function fateOf(words: readonly string[], option?: string, without: readonly string[] = []): string {
  try {
    const parsed = probe(words);
    if (option === undefined) return HERE;
    const plain = probe(without.length > 0 ? without : ['ps']);
    return JSON.stringify(parsed) === JSON.stringify(plain) ? 'accepted without effect' : HERE;
  } catch (error) {
    const [diagnostic] = error instanceof Problem ? error.diagnostics : [];
    if (diagnostic?.code !== 'not-supported') throw error;
    return diagnostic.message.replace(/^unknown \w+ `[^`]*`: /, '');
  }
}

/** The parsed line, with as many operands as the command must have; `help` for one that is a request for help. */
function probe(words: readonly string[]) {
  const command = commands.find(({ name }) => words.includes(name));
  const operands = command?.operands.match(/<\w+/g)?.map(() => 'x') ?? [];
  const parsed = parse([...words, ...operands], () => {});
  return parsed ? { name: parsed.command.name, globals: parsed.globals, options: parsed.options } : 'help';
}

/** A value that is valid, by the name in angle brackets, and where commands differ by the command. */
const samples: Readonly<Record<string, string>> = {
  number: '1',
  seconds: '1',
  lines: '1',
  time: '10m',
  signal: 'TERM',
  state: 'running',
  condition: 'status=running',
  'ls condition': 'name=app',
  format: 'json',
  type: 'json',
  'down type': 'all',
  policy: 'missing',
  when: 'never',
  'key=value': 'A=b',
  'service=number': 'web=1',
};

if (process.argv[1] === import.meta.filename) writeFileSync(commandLineFile, generateCommandLine());
