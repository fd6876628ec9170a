import type { Command } from './cli/grammar/command.ts';
import { readFlags } from './cli/grammar/flags.ts';
import { globalOptions } from './cli/grammar/global-options.ts';
import { OWN_PATTERNS } from './engine/supervisor/own-variables.ts';
import { SMALL } from './kernel/reexec/flags.ts';
import { FILE_NAMES } from './project/read/discover.ts';

/** The global options that the lines look at. */
const SEEN = ['--project-name', '--file'];

/**
 * The first lines of the shipped program. For Node they are a string and a comment; for sh they are the program, and end
 * with the start of Node: `tscompose …` runs them, `node tscompose.js …` does not. They start a supervisor beside a
 * command that will need one, so that the two do not start one after the other. It waits for the name of its project
 * (engine/doors/standby.ts), and ends with the command otherwise. It would only slow a command whose project has one: the
 * lines guess the name of that from the options, the directory of the first file, and the first key in it, which is read
 * where another supervisor runs: most often none does.
 *
 * - The variables of the lines have a prefix, because those of the user are the command's.
 * - An empty here-document is a pipe in dash, busybox and bash 5.1, and a pipe can be opened a second time through
 *   /proc. sh has no other way to a pipe without a process at its end. Where it is a file, all starts as without this.
 * - dash and busybox lose variables whose names are no names in sh; they are passed on in one variable. grep starts
 *   sooner in the C locale.
 * - Node 20 parses all authorities of NODE_EXTRA_CA_CERTS at its start. Who fetches images reads them as well.
 */
export const launcher = (commands: readonly Command[]): string => `#!/bin/sh
':' /*;
if [ "\${NODE_EXTRA_CA_CERTS+x}" ]; then
  export TSCOMPOSE_AUTHORITIES="$NODE_EXTRA_CA_CERTS"
  unset NODE_EXTRA_CA_CERTS
fi
if LC_ALL=C grep -qz '^[A-Za-z0-9_]*[^A-Za-z0-9_=]' /proc/$$/environ 2>/dev/null; then
  export TSCOMPOSE_ENVIRONMENT="$(tr '\\0\\n' '\\n\\1' </proc/$$/environ)"
fi
_tscompose_run=\${TSCOMPOSE_RUN_DIR:-/run/tscompose}
_tscompose_project=\${COMPOSE_PROJECT_NAME-} _tscompose_file= _tscompose_next= _tscompose_starts=
for _tscompose_word do
  case $_tscompose_next in
    name) _tscompose_project=$_tscompose_word _tscompose_next=; continue ;;
    file) _tscompose_file=\${_tscompose_file:-$_tscompose_word} _tscompose_next=; continue ;;
    value) _tscompose_next=; continue ;;
  esac
  case $_tscompose_word in
    ${flagsOf('--project-name')}) _tscompose_next=name ;;
    ${flagsOf('--file')}) _tscompose_next=file ;;
    ${otherFlags}) _tscompose_next=value ;;
    -*) ;;
    ${startersOf(commands).join('|')}) _tscompose_starts=x; break ;;
    *) break ;;
  esac
done
case " $* " in *' --help '*|*' -h '*) _tscompose_starts= ;; esac
if [ "$_tscompose_starts" ] && [ ! "$_tscompose_project" ]; then
  for _tscompose_word in "\${_tscompose_file:-\${COMPOSE_FILE%%:*}}" ${FILE_NAMES.join(' ')}; do
    [ ! -f "$_tscompose_word" ] || break
  done
  case $_tscompose_word in
    *[/]*) _tscompose_project=\${_tscompose_word%/*} ;;
    *) _tscompose_project=$PWD ;;
  esac
  _tscompose_project=\${_tscompose_project##*[/]}
  for _tscompose_next in "$_tscompose_run"/?*"/supervisor.sock"; do
    [ -S "$_tscompose_next" ] && [ -f "$_tscompose_word" ] || break
    while read -r _tscompose_key _tscompose_value _tscompose_next; do
      case $_tscompose_key in
        ''|'#'*|---) ;;
        name:) _tscompose_project=\${_tscompose_value#[\\"\\']} _tscompose_project=\${_tscompose_project%[\\"\\']}; break ;;
        *) break ;;
      esac
    done <<_
$(head -c 1024 "$_tscompose_word" 2>/dev/null)
_
    break
  done
fi
if [ "$_tscompose_starts" ] && [ -O / ] &&
  [ ! -S "$_tscompose_run/$_tscompose_project/supervisor.sock" ] &&
  [ ! -e /proc/self/fd/6 ] && [ ! -e /proc/self/fd/7 ] && [ ! -e /proc/self/fd/8 ] && [ ! -e /proc/self/fd/9 ]
then
  exec 6<<_ 7<<_

_

_
  if [ -p /proc/self/fd/6 ] && [ -p /proc/self/fd/7 ]; then
    exec 8>/proc/self/fd/6 9>/proc/self/fd/7
    export TSCOMPOSE_STANDBY="$(
      {
        set -f
        IFS='
'
        for _tscompose_word in $(export -p); do
          _tscompose_word=\${_tscompose_word#* } _tscompose_word=\${_tscompose_word%%=*}
          case $_tscompose_word in
            ${OWN_PATTERNS.join('|')}) ;;
            ''|[0-9]*|*[!A-Za-z0-9_]*) ;;
            *) unset "$_tscompose_word" ;;
          esac
        done
        unset TSCOMPOSE_AUTHORITIES TSCOMPOSE_ENVIRONMENT
        exec node ${SMALL.join(' ')} -- "$0" supervise
      } <&6 >&9 2>/dev/null 6<&- 7<&- 8>&- 9>&- &
      echo $!
    )"
  fi
  exec 6<&- 9>&-
fi
exec node -- "$0" "$@"
*/
`;

/** All names of the global option that has this one, as a pattern of sh. */
const flagsOf = (name: string): string =>
  globalOptions
    .map(({ flags }) => readFlags(flags).names)
    .filter((names) => names.includes(name))
    .flat()
    .join('|');

/** Those of the other ones with a value. */
const otherFlags = globalOptions
  .map(({ flags }) => readFlags(flags))
  .filter(({ names, value }) => value !== undefined && !names.some((name) => SEEN.includes(name)))
  .flatMap(({ names }) => names)
  .join('|');

const startersOf = (commands: readonly Command[]): readonly string[] =>
  commands.filter(({ startsSupervisor }) => startsSupervisor).map(({ name }) => name);
