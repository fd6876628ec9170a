import type { CommandSpec } from '../grammar/option-types.ts';
import {
  type Command,
  completedCommands,
  completedGroups,
  type Filler,
  type Flag,
  globalFlags,
  listings,
  valued,
} from './grammar.ts';

/** The completion script for zsh. */
export function zshCompletion(table: readonly CommandSpec[]): string {
  const commands = completedCommands(table);
  const groups = completedGroups(table);
  const single = commands.filter(({ names }) => !names[0]?.includes(' '));
  const first = [...single, ...groups.map(({ name, summary }) => ({ names: [name], summary }))];
  return `#compdef tscompose
# zsh completion for tscompose, written by \`tscompose completion zsh\`

_tscompose_commands() {
  local commands=(
${first
  .flatMap(({ names, summary }) => names.map((name) => `    ${quoted(`${name}:${summary}`)}`))
  .join('\n')}
  )
  _describe command commands
}

_tscompose_listed() {
  local -A asks=(
${Object.entries(listings)
  .map(([kind, words]) => `    ${kind} ${quoted(words)}`)
  .join('\n')}
  )
  local names=(\${(f)"$(_call_program $1 $tscompose_before $asks[$1] 2>/dev/null)"})
  _describe \${1%s} names
}

_tscompose() {
  local context state state_descr line curcontext=$curcontext
  typeset -A opt_args
  # What comes before the command says which files there are; words are as they are typed, quotes and all.
  local tscompose_before=("$words[1]")
  local -i i
  for ((i = 2; i < CURRENT; i++)); do
    case $words[i] in
      ${valued(globalFlags())
        .flatMap(({ names }) => names)
        .join('|')}) ((i + 1 < CURRENT)) && tscompose_before+=("$words[i]" "$words[i+1]"); ((i++)) ;;
      -*) tscompose_before+=("$words[i]") ;;
      *) break ;;
    esac
  done

  _arguments -C -S \\
${globalFlags().map(option).map(continued).join('\n')}
    '1: :_tscompose_commands' \\
    '*:: :->command'
  [[ $state == command ]] || return
  # A command with two words becomes one word.
  if [[ $words[1] == (${groups.map(({ name }) => name).join('|')}) ]] && ((CURRENT > 2)); then
    words=("$words[1] $words[2]" "\${(@)words[3,-1]}")
    ((CURRENT--))
  fi
  curcontext=\${curcontext%:*}-\${words[1]// /-}:
  case $words[1] in
${groups.map(({ name, words }) => `    ${name})\n      _arguments '1:word:(${words.join(' ')})'\n      ;;`).join('\n')}
${commands.map(branch).join('\n')}
  esac
}

if [[ $funcstack[1] == _tscompose ]]; then
  _tscompose "$@"
else
  compdef _tscompose tscompose
fi
`;
}

function branch({ names, flags, operands, more, passThrough }: Command): string {
  const rows = operands.map((filler, index) => {
    const isLast = more && index === operands.length - 1;
    const place = isLast ? (filler.kind === 'command' ? '*::' : '*:') : `${index + 1}:`;
    return quoted(`${place}${label(filler)}:${action(filler)}`);
  });
  const lines = [...flags.map(option), ...rows].map((line) => `        ${line}`).join(' \\\n');
  const until = passThrough ? " -A '-*'" : '';
  return `    ${names.map((name) => name.replaceAll(' ', '\\ ')).join('|')})\n      _arguments -S${until} \\\n${lines}\n      ;;`;
}

/** `'(-t --timeout)'{-t,--timeout}'[Wait this long]:seconds:'`, the form that _arguments reads. */
function option({ names, summary, value, placeholder, repeat }: Flag): string {
  const text = `[${summary.replaceAll(/[[\]\\:]/g, '\\$&')}]`;
  const argument = value ? `:${placeholder}:${action(value)}` : '';
  const exclusive = repeat ? '*' : `(${names.join(' ')})`;
  return names.length === 1
    ? quoted(`${repeat ? '*' : ''}${names[0]}${text}${argument}`)
    : `${quoted(exclusive)}{${names.join(',')}}${quoted(`${text}${argument}`)}`;
}

function continued(line: string): string {
  return `    ${line} \\`;
}

function label({ kind }: Filler): string {
  return { services: 'service', volumes: 'volume', words: 'word' }[kind as string] ?? ' ';
}

function action(filler: Filler): string {
  switch (filler.kind) {
    case 'words':
      return `(${filler.words.join(' ')})`;
    case 'services':
    case 'profiles':
    case 'volumes':
      // A leading space makes _arguments call the words unchanged, without options of compadd.
      return ` _tscompose_listed ${filler.kind}`;
    case 'files':
      return '_files';
    case 'directories':
      return '_files -/';
    case 'command':
      return '_normal';
    case 'anything':
      return ' ';
    default:
      return filler satisfies never;
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
