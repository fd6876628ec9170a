import { firstWords } from '../grammar/command-groups.ts';
import type { CommandSpec } from '../grammar/option-types.ts';
import {
  type Command,
  completedCommands,
  completedGroups,
  type Filler,
  type Flag,
  globalFlags,
  help,
  listings,
  valued,
} from './grammar.ts';

/** The completion script for bash. */
export function bashCompletion(table: readonly CommandSpec[]): string {
  const commands = completedCommands(table);
  const groups = completedGroups(table);
  const passing = commands
    .filter(({ passThrough }) => passThrough)
    .flatMap(({ names }) => names.map((name) => `'${name} '*`))
    .join(' | ');
  return `# bash completion for tscompose, written by \`tscompose completion bash\`

_tscompose() {
  local words=("\${COMP_WORDS[@]:0:COMP_CWORD}") current=\${COMP_WORDS[COMP_CWORD]}
  local given=() command= option= operands=0 past= word= fill= choices=
  # Bash has \`--file=name\` in three words.
  [[ $current == = ]] && current= && words+=(=)
  COMPREPLY=()

  local i
  for ((i = 1; i < \${#words[@]}; i++)); do
    word=\${words[i]}
    if [[ -n $option ]]; then
      [[ $word == = ]] && continue
      [[ -z $command ]] && given+=("$option" "$word")
      option=
      continue
    fi
    case "$command $word" in
${arms(valuedArms(commands), (names) => [names.join(' | '), 'option=$word; continue'])}
      *' -'*) ;;
      ${groups.flatMap(({ members }) => members.map(({ name }) => `'${name}'`)).join(' | ')}) command="$command $word"; continue ;;
      ' '*) command=$word; continue ;;
      ${passing}) past=1; operands=1; break ;;
      *) ((operands++)) ;;
    esac
    [[ -z $command ]] && given+=("$word")
  done

  if [[ -n $option ]]; then
    case "$command $option" in
${fillArms(commands)}
    esac
  elif [[ -z $past && $current == -* ]]; then
    case $command in
      '') choices='${namesOf(globalFlags())}' ;;
${[...groups.map(({ name }) => ({ names: [name], flags: [help] })), ...commands]
  .map(({ names, flags }) => `      ${names.map(pattern).join(' | ')}) choices='${namesOf(flags)}' ;;`)
  .join('\n')}
    esac
  elif [[ -z $command ]]; then
    choices='${firstWords(table).join(' ')}'
  else
    case "$command $operands" in
${arms(groups, ({ name, words }) => [`'${name} 0'`, `choices='${words.join(' ')}'`])}
${operandArms(commands)}
    esac
  fi

  case $fill in
    files) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
    directories) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
    command) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -c -f -- "$current") ;;
${Object.entries(listings).map(listing).join('\n')}
    *) mapfile -t COMPREPLY < <(compgen -W "$choices" -- "$current") ;;
  esac
}

complete -F _tscompose tscompose
`;
}

/** The arm that asks tscompose itself. */
function listing([kind, words]: readonly [string, string]): string {
  return `    ${kind})
      while IFS= read -r word; do
        [[ $word == "$current"* ]] && COMPREPLY+=("$word")
      done < <("\${words[0]/#\\~/$HOME}" "\${given[@]}" ${words} 2>/dev/null)
      ;;`;
}

/** A name with two words needs quotes. */
function pattern(name: string): string {
  return name.includes(' ') ? `'${name}'` : name;
}

/** The patterns of all flags with a value: before the command, and of every command. */
function valuedArms(commands: readonly Command[]): readonly (readonly string[])[] {
  return scopes(commands).map(({ names, flags }) => patterns(names, valued(flags)));
}

function fillArms(commands: readonly Command[]): string {
  return arms(
    scopes(commands).flatMap(({ names, flags }) => valued(flags).map((flag) => ({ names, flag }))),
    ({ names, flag }) => [patterns(names, [flag]).join(' | '), assignment(flag.value!)],
  );
}

/** Where flags are: before the command, and behind each. */
function scopes(commands: readonly Command[]): readonly Pick<Command, 'names' | 'flags'>[] {
  return [{ names: [''], flags: globalFlags() }, ...commands];
}

function patterns(commands: readonly string[], flags: readonly Flag[]): string[] {
  return commands.flatMap((command) =>
    flags.flatMap(({ names }) => names.map((name) => `'${command} ${name}'`)),
  );
}

function operandArms(commands: readonly Command[]): string {
  const places = commands.flatMap(({ names, operands, more }) =>
    operands.map((filler, index) => {
      const place = more && index === operands.length - 1 ? '*' : index;
      return { pattern: names.map((name) => `'${name} '${place}`).join(' | '), filler };
    }),
  );
  return arms(places, ({ pattern, filler }) => [pattern, assignment(filler)]);
}

/** Lines of a `case`; a row without a pattern or an action has none. */
function arms<T>(rows: readonly T[], arm: (row: T) => readonly [pattern: string, action: string]): string {
  return rows
    .map(arm)
    .filter(([pattern, action]) => pattern !== '' && action !== '')
    .map(([pattern, action]) => `      ${pattern}) ${action} ;;`)
    .join('\n');
}

function assignment(filler: Filler): string {
  if (filler.kind === 'anything') return '';
  return filler.kind === 'words' ? `choices='${filler.words.join(' ')}'` : `fill=${filler.kind}`;
}

function namesOf(flags: readonly Flag[]): string {
  return flags.flatMap(({ names }) => names).join(' ');
}
