import { secondWord } from '../grammar/command-groups.ts';
import type { CommandSpec } from '../grammar/option-types.ts';
import {
  completedCommands,
  completedGroups,
  type Filler,
  type Flag,
  globalFlags,
  listings,
  valued,
} from './grammar.ts';

/** The completion script for fish. */
export function fishCompletion(table: readonly CommandSpec[]): string {
  const commands = completedCommands(table);
  const groups = completedGroups(table);
  const single = commands.filter(({ names }) => !names[0]?.includes(' '));
  const first = [...single, ...groups.map(({ name, summary }) => ({ names: [name], summary }))];
  const valuedGlobals = valued(globalFlags()).flatMap(({ names }) => names);
  return `# fish completion for tscompose, written by \`tscompose completion fish\`

# The words before the command, or with an argument whether that is the command, of one word or of two.
function __tscompose_line
    set -l words (commandline -opc)
    set -l before $words[1]
    set -e words[1]
    while set -q words[1]
        switch $words[1]
            case ${valuedGlobals.join(' ')}
                set -q words[2]; and set -a before $words[1..2]
                set -e words[1..2]
                continue
            case '-*'
            case '*'
                break
        end
        set -a before $words[1]
        set -e words[1]
    end
    if set -q argv[1]
        contains -- "$words[1]" $argv; or contains -- "$words[1..2]" $argv
    else
        string join \\n -- $before
    end
end

# How many operands there are behind the command; what follows a flag with a value is none.
function __tscompose_operands
    set -l words (commandline -opc)
    set -e words[1..(count (__tscompose_line))]
    set -l number -1
    while set -q words[1]
        if contains -- $words[1] $argv
            set -e words[1]
        else if not string match -q -- '-*' $words[1]
            set number (math $number + 1)
        end
        set -e words[1]
    end
    echo $number
end

function __tscompose_listed
    set -l line (__tscompose_line)
    command $line[1] $line[2..] $argv 2>/dev/null
end

complete -c tscompose -f
${globalFlags()
  .map((flag) => `complete -c tscompose -n '__tscompose_line ""' ${options(flag)}`)
  .join('\n')}
${first
  .flatMap(({ names, summary }) =>
    names.map((name) => `complete -c tscompose -n '__tscompose_line ""' -a ${name} -d ${quoted(summary)}`),
  )
  .join('\n')}
${groups
  .flatMap(({ name, members }) =>
    members.map((member) => {
      const condition = `__tscompose_line ${name}; and test (__tscompose_operands) -eq 0`;
      return `complete -c tscompose -n '${condition}' -a ${secondWord(member)} -d ${quoted(member.summary)}`;
    }),
  )
  .join('\n')}
${commands
  .flatMap(({ names, flags, operands, more, passThrough }) => {
    const here = `__tscompose_line ${names.map(doubleQuoted).join(' ')}`;
    const isSubcommand = names[0]?.includes(' ') ? 1 : 0;
    const withValues = valued(flags).flatMap((flag) => flag.names);
    const behind = (test: string) => `test (__tscompose_operands ${withValues.join(' ')}) ${test}`;
    const rows = operands.map((filler, index) => {
      const count = behind(
        `${more && index === operands.length - 1 ? '-ge' : '-eq'} ${index + isSubcommand}`,
      );
      return { condition: `${here}; and ${count}`, what: suggestions(filler) };
    });
    return [
      ...flags.map((flag) => {
        const condition = passThrough ? `${here}; and ${behind('-eq 0')}` : here;
        return `complete -c tscompose -n '${condition}' ${options(flag)}`;
      }),
      ...rows
        .filter(({ what }) => what !== '')
        .map(({ condition, what }) => `complete -c tscompose -n '${condition}' ${what}`),
    ];
  })
  .join('\n')}
`;
}

function options({ names, summary, value }: Flag): string {
  const flags = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  // Files are suggested only with `-F`.
  const filled = value && (value.kind === 'files' ? '-r -F' : `-x ${suggestions(value)}`.trimEnd());
  return [...flags, filled, `-d ${quoted(summary)}`].filter(Boolean).join(' ');
}

function suggestions(filler: Filler): string {
  switch (filler.kind) {
    case 'words':
      return `-a ${quoted(filler.words.join(' '))}`;
    case 'services':
    case 'profiles':
    case 'volumes':
      return `-a ${quoted(`(__tscompose_listed ${listings[filler.kind]})`)}`;
    case 'files':
      return '-F';
    case 'directories':
      return "-a '(__fish_complete_directories)'";
    case 'command':
      return "-F -a '(__fish_complete_command)'";
    case 'anything':
      return '';
    default:
      return filler satisfies never;
  }
}

/** Within single quotes. */
function doubleQuoted(name: string): string {
  return name.includes(' ') ? `"${name}"` : name;
}

function quoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, '\\$&')}'`;
}
