import type { CommandGroup } from './command-groups.ts';
import { shownOptions } from './flags.ts';
import { globalOptions } from './global-options.ts';
import type { CommandSpec, OptionSpec } from './option-types.ts';

/** The output of `tscompose --help`. */
export function overview(commands: readonly CommandSpec[]): string {
  const groups = [...new Set(commands.map(({ group }) => group))];
  return sections(
    ['tscompose – run services from a compose file as Linux containers'],
    ['Usage: tscompose [options] <command>'],
    groups.flatMap((group) =>
      titled(group, commands.filter((spec) => spec.group === group).map(commandRow), 25),
    ),
    titled('Options', [...globalOptions.map(optionRow), helpRow]),
    titled('Examples', examples),
    [exitStatus, '`tscompose help <command>` shows details and examples.'],
  );
}

/** The output of `tscompose volume --help`. */
export function groupHelp({ name, summary, members }: CommandGroup): string {
  return sections(
    [summary, '', `Usage: tscompose [options] ${name} <command>`],
    titled('Commands', members.map(commandRow)),
    [`\`tscompose help ${name} <command>\` shows details and examples.`],
  );
}

/** The output of `tscompose <command> --help`. */
export function commandHelp(spec: CommandSpec): string {
  return sections(
    usageAndSummary(spec),
    titled('Options', [...shownOptions(spec.options).map(optionRow), helpRow]),
    [`\`tscompose help ${spec.name}\` shows details and examples.`],
  );
}

/** The output of `tscompose help <command>`. */
export function commandManual(spec: CommandSpec): string {
  return sections(
    usageAndSummary(spec),
    spec.details ? wrap(spec.details, 0) : [],
    titled('Options', [...shownOptions(spec.options).map(optionRow), helpRow]),
    titled('Options before the command', globalOptions.map(optionRow)),
    ['Examples', ...spec.examples.map((example) => `  tscompose ${example}`)],
    wrap(`Exit status: 0 success · 1 failure${spec.exitStatus ? ` · ${spec.exitStatus}` : ''}`, 0),
  );
}

type Row = readonly [left: string, right: string];

const width = 80;

const helpRow: Row = ['-h, --help', 'Print help'];

const examples: readonly Row[] = [
  ['tscompose up', 'Run the project until Ctrl-C'],
  ['tscompose explain web', "Print the system calls that make web's container"],
  ['tscompose logs -f web db', 'Follow the output of two services'],
  ['tscompose exec web sh', 'Open a shell in the container'],
];

const exitStatus = 'Exit status: 0 success · 1 failure · exec, run, wait: exit code of the command';

function usageAndSummary(spec: CommandSpec): string[] {
  const operands = spec.operands && ` ${readable(spec.operands)}`;
  return [`${spec.summary}`, '', `Usage: tscompose [options] ${spec.name} [options]${operands}`];
}

function commandRow(spec: CommandSpec): Row {
  return [`${spec.name} ${readable(spec.operands)}`.trimEnd(), spec.summary];
}

function optionRow(spec: OptionSpec): Row {
  const facts = [
    spec.choices && `[${spec.choices.join('|')}]`,
    spec.default && `[default: ${spec.default}]`,
    spec.env && `[env: ${spec.env}]`,
  ];
  const flags = spec.flags.startsWith('--') ? `    ${spec.flags}` : spec.flags;
  return [flags, [spec.summary, ...facts.filter(Boolean)].join(' ')];
}

function readable(operands: string): string {
  return operands.replaceAll('...', '…');
}

/** A heading above two aligned columns; a left side that is too wide gets a line of its own. */
function titled(title: string, rows: readonly Row[], column = columnFor(rows)): string[] {
  const lines = rows.flatMap(([left, right]) => {
    const [first = '', ...rest] = wrap(right, column);
    const start = `  ${left}`;
    return start.length + 2 > column
      ? [start, first, ...rest]
      : [start.padEnd(column) + first.trimStart(), ...rest];
  });
  return [title, ...lines];
}

function columnFor(rows: readonly Row[]): number {
  return 2 + Math.min(26, Math.max(...rows.map(([left]) => left.length))) + 2;
}

function wrap(text: string, indent: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.match(/\[.*?\]|\S+/g) ?? []) {
    if (line && indent + line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line ? `${line} ${word}` : word;
  }
  return [...lines, line].map((each) => ' '.repeat(indent) + each);
}

function sections(...parts: readonly (readonly string[])[]): string {
  return `${parts
    .filter(({ length }) => length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}
