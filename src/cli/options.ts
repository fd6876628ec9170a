import { statusNames } from '../base/status.ts';
import type { CommandSpec, OptionSpec, OptionsOf } from './option-types.ts';
import { logTail, moment, seconds, shellWords, signal, wholeNumber } from './values.ts';

/**
 * Every option and every command, once: the parser, help, completion and the man page are made from this table.
 * First word of a summary is a verb where it is a command's, and a statement where it is an option's.
 */
export const globalOptions = [
  {
    flags: '-f, --file <path>',
    summary: 'Compose file; repeat to merge [default: compose.yaml] [env: COMPOSE_FILE]',
    repeat: true,
  },
  {
    flags: '-p, --project-name <name>',
    summary: 'Project name [default: directory name] [env: COMPOSE_PROJECT_NAME]',
  },
  {
    flags: '--profile <profile>',
    summary: 'Also the services of this profile, `*` for all; repeat for more [env: COMPOSE_PROFILES]',
    repeat: true,
  },
  {
    flags: '--env-file <path>',
    summary:
      'File of variables in place of .env; repeat for more, the last one wins [env: COMPOSE_ENV_FILES]',
    repeat: true,
  },
  {
    flags: '--project-directory <directory>',
    summary: 'Base of relative paths [default: that of the file]',
  },
  {
    flags: '--progress <type>',
    summary: 'How to show what happens',
    choices: ['auto', 'tty', 'plain', 'json', 'quiet'],
    default: 'auto',
    env: 'COMPOSE_PROGRESS',
  },
  {
    flags: '--runner <name>',
    summary: 'How containers start: without Node in between, or through /proc/self/exe',
    choices: ['direct', 'reexec'],
    env: 'TSCOMPOSE_RUNNER',
  },
  { flags: '--strict', summary: 'Treat what cannot be done as an error, not a warning' },
  {
    flags: '--ansi <when>',
    summary: 'Colours and cursor movement',
    choices: ['auto', 'never', 'always'],
    default: 'auto',
    env: 'COMPOSE_ANSI',
  },
  { flags: '--no-color', summary: 'The same as `--ansi never` [env: NO_COLOR]' },
] as const satisfies readonly OptionSpec[];

const timeout = {
  flags: '-t, --timeout <seconds>',
  summary: 'Time to stop before SIGKILL [default: stop_grace_period]',
  parse: seconds,
} as const satisfies OptionSpec;

const plainLogs = [
  { flags: '--no-color', summary: 'No colours' },
  { flags: '--no-log-prefix', summary: 'Lines without the name of their container' },
] as const satisfies readonly OptionSpec[];

const insideProcess = [
  { flags: '-d, --detach', summary: 'Start the command and return' },
  {
    flags: '-e, --env <key=value>',
    summary: 'Environment variable; `KEY` alone takes yours; repeat for more',
    repeat: true,
  },
  { flags: '-T, --no-tty', summary: 'No terminal, also where there is one' },
  { flags: '-u, --user <user>', summary: 'User inside, as `name[:group]` or `uid[:gid]`' },
  { flags: '-w, --workdir <place>', summary: 'Working directory inside' },
] as const satisfies readonly OptionSpec[];

export const shells = ['bash', 'zsh', 'fish'] as const;

export const commands = [
  {
    name: 'up',
    group: 'Start and stop',
    operands: '[service...]',
    summary: 'Create what is missing, replace what changed, start all',
    details:
      'In the foreground it prints what the containers write and stops them on Ctrl-C; a second Ctrl-C kills ' +
      'them. With -d it returns as soon as every process runs. Containers whose part of the file is unchanged ' +
      'keep running. When a start fails, what this command has made is undone, and containers that it has replaced ' +
      'are started again. COMPOSE_IGNORE_ORPHANS=1 says nothing of containers whose service the file lacks.',
    options: [
      { flags: '-d, --detach', summary: 'Leave the containers running in the background' },
      { flags: '--no-deps', summary: 'Without the services that the named ones depend on' },
      { flags: '--force-recreate', summary: 'Replace containers although nothing changed' },
      { flags: '--no-recreate', summary: 'Keep containers although something changed' },
      {
        flags: '--remove-orphans',
        summary: 'Remove containers of services that the file lacks',
        env: 'COMPOSE_REMOVE_ORPHANS',
      },
      { flags: '--no-start', summary: 'Create the containers, do not start them' },
      timeout,
      { flags: '--rm', summary: 'Remove containers and networks when it ends' },
      { flags: '--abort-on-container-exit', summary: 'Stop everything when the first container ends' },
      {
        flags: '--exit-code-from <service>',
        summary: "Exit with this service's status; implies --abort-on-container-exit",
      },
      ...plainLogs,
    ],
    examples: ['up', 'up -d web', 'up --exit-code-from test'],
    exitStatus: '130 after Ctrl-C, 143 after SIGTERM, 126 and 127 for a command that cannot be run or found',
  },
  {
    name: 'down',
    group: 'Start and stop',
    operands: '[service...]',
    summary: 'Stop and remove containers and networks',
    details: 'Works with -p alone: without the file, or with one that is broken.',
    options: [
      { flags: '-v, --volumes', summary: 'No effect yet: there are no named volumes' },
      timeout,
      { flags: '--remove-orphans', summary: 'Also containers of services that the file lacks' },
    ],
    examples: ['down', '-p app down --remove-orphans'],
  },
  {
    name: 'start',
    group: 'Start and stop',
    operands: '[service...]',
    summary: 'Start containers that exist and do not run',
    options: [],
    examples: ['start', 'start web'],
  },
  {
    name: 'stop',
    group: 'Start and stop',
    operands: '[service...]',
    summary: 'Stop containers; keep them and what they wrote',
    options: [timeout],
    examples: ['stop', 'stop -t 2 web'],
  },
  {
    name: 'restart',
    group: 'Start and stop',
    operands: '[service...]',
    summary: 'Stop, then start, without re-reading the file',
    options: [timeout],
    examples: ['restart web'],
  },
  {
    name: 'kill',
    group: 'Start and stop',
    operands: '[service...]',
    summary: 'Send a signal to containers',
    options: [
      {
        flags: '-s, --signal <signal>',
        summary: 'Name or number of the signal',
        default: 'SIGKILL',
        parse: signal,
      },
    ],
    examples: ['kill', 'kill -s HUP web'],
  },
  {
    name: 'ps',
    group: 'Look',
    operands: '[service...]',
    summary: 'Show containers, their state, process and addresses',
    options: [
      { flags: '-a, --all', summary: 'Also those that do not run' },
      { flags: '-q, --quiet', summary: 'Only ids' },
      { flags: '--services', summary: 'Only names of services' },
      {
        flags: '--status <state>',
        summary: 'Only containers in this state; repeat for more',
        choices: statusNames,
        repeat: true,
      },
      {
        flags: '--format <format>',
        summary: 'Table, one JSON object per line, or one array',
        choices: ['table', 'json', 'json-array'],
        default: 'table',
      },
    ],
    examples: ['ps', 'ps -a --format json'],
  },
  {
    name: 'logs',
    group: 'Look',
    operands: '[service...]',
    summary: 'Print output, oldest first (-f to follow)',
    options: [
      { flags: '-f, --follow', summary: 'Go on until the containers have ended' },
      {
        flags: '-n, --tail <lines>',
        summary: 'Only so many last lines of each container, or `all`',
        parse: logTail,
      },
      {
        flags: '--since <time>',
        summary: 'Only what is younger: `10m`, `2026-01-31T12:00:00Z`',
        parse: moment,
      },
      { flags: '-t, --timestamps', summary: 'Put the time before every line' },
      ...plainLogs,
    ],
    examples: ['logs -f web', 'logs --since 10m', 'logs -n 20 -t'],
  },
  {
    name: 'config',
    alias: 'convert',
    group: 'Look',
    operands: '[service...]',
    summary: 'Print the merged, interpolated, validated project',
    details:
      'It works on any machine and for anybody. With services it is about them, what they depend on and what they ' +
      'all use. What it prints is in the form of Docker Compose and can be read again.',
    options: [
      { flags: '-q, --quiet', summary: 'Print nothing, only check' },
      {
        flags: '--format <format>',
        summary: 'Form of the output [default: yaml, of --variables a table]',
        choices: ['yaml', 'json'],
      },
      { flags: '-o, --output <file>', summary: 'Write to a file, which is replaced at once' },
      { flags: '--explain', summary: 'Say of every value which file, line and variable it comes from' },
      { flags: '--services', summary: 'Only names of services' },
      { flags: '--volumes', summary: 'Only names of volumes' },
      { flags: '--networks', summary: 'Only names of networks' },
      { flags: '--profiles', summary: 'Only names of profiles' },
      { flags: '--images', summary: 'Only names of images' },
      {
        flags: '--hash <service>',
        summary: 'Only what `up` compares to find out what changed; `*` for all services',
      },
      { flags: '--variables', summary: 'Only the variables of the files, with their defaults' },
      { flags: '--environment', summary: 'Only the variables that there are values for' },
      { flags: '--no-interpolate', summary: 'Variables as they are written' },
      { flags: '--no-normalize', summary: 'Without what the files leave open' },
      { flags: '--no-path-resolution', summary: 'Paths as they are written' },
      { flags: '--no-env-resolution', summary: 'Without reading env_file and the environment' },
      {
        flags: '--no-consistency',
        summary: 'Without checking what services, networks and others want together',
      },
    ],
    examples: [
      'config',
      'config -q && echo valid',
      'config --explain web',
      'config --no-interpolate -o template.yaml',
      'config --variables',
      'config --hash "*"',
    ],
  },
  {
    name: 'explain',
    group: 'Look',
    operands: '[service...]',
    summary: 'Print the system calls that make a container, and why',
    details:
      'Needs no privilege and changes nothing. --format oci writes a bundle that other OCI runtimes run: ' +
      'config.json with its own hosts, hostname and resolv.conf.',
    options: [
      {
        flags: '--format <format>',
        summary: 'Lines for people, data, or an OCI bundle',
        choices: ['text', 'json', 'oci'],
        default: 'text',
      },
      { flags: '-o, --output <directory>', summary: 'Where --format oci writes to' },
    ],
    examples: ['explain web', 'explain --format oci -o bundle web && crun run -b bundle web'],
  },
  {
    name: 'doctor',
    group: 'Look',
    operands: '',
    summary: 'Show what this kernel and user can do',
    options: [],
    examples: ['doctor'],
    exitStatus: '1 when something that containers need is missing',
  },
  {
    name: 'version',
    group: 'Look',
    operands: '',
    summary: 'Print the version',
    options: [
      { flags: '--short', summary: 'Only the number' },
      {
        flags: '-f, --format <format>',
        summary: 'Form of the output',
        choices: ['pretty', 'json'],
        default: 'pretty',
      },
    ],
    examples: ['version --short'],
  },
  {
    name: 'completion',
    group: 'Look',
    operands: '<shell>',
    words: shells,
    summary: 'Print what makes bash, zsh or fish complete commands',
    details:
      'It goes where the shell looks for such files; what `npm install --global` puts beside the program has ' +
      'them as well, in dist/completion.',
    options: [],
    examples: [
      'completion bash > /etc/bash_completion.d/tscompose',
      'completion zsh > "${fpath[1]}/_tscompose"',
      'completion fish > ~/.config/fish/completions/tscompose.fish',
    ],
  },
  {
    name: 'help',
    group: 'Look',
    operands: '[command]',
    summary: 'Explain a command at length, with examples',
    options: [],
    examples: ['help up'],
  },
  {
    name: 'exec',
    group: 'Enter',
    operands: '<service> <cmd...>',
    summary: 'Run a command inside a running service',
    details: 'Everything after the service belongs to the command; no `--` is needed.',
    options: [
      ...insideProcess,
      { flags: '--index <number>', summary: 'Which container of the service', parse: wholeNumber },
      { flags: '--privileged', summary: 'With every capability' },
    ],
    examples: ['exec web sh', 'exec -T db sh -c "cat >/tmp/dump" <dump'],
    exitStatus: "the command's own; 126 when it cannot be run, 127 when it is not found",
    passThrough: true,
  },
  {
    name: 'run',
    group: 'Enter',
    operands: '<service> [cmd...]',
    summary: 'Run a command in a new container of a service',
    details:
      'Starts what the service depends on first, and leaves that running. Everything after the service belongs ' +
      'to the command; no `--` is needed.',
    options: [
      ...insideProcess,
      { flags: '--rm', summary: 'Remove the container when it ends' },
      { flags: '--entrypoint <command>', summary: "In place of the service's entrypoint", parse: shellWords },
      { flags: '--no-deps', summary: 'Without starting what the service depends on' },
      { flags: '--name <name>', summary: 'Name of the container' },
    ],
    examples: ['run --rm web sh', 'run --rm -e DEBUG=1 test make check'],
    exitStatus: "the command's own; 126 when it cannot be run, 127 when it is not found",
    passThrough: true,
  },
] as const satisfies readonly CommandSpec[];

export type Globals = OptionsOf<typeof globalOptions>;

export type CommandName = (typeof commands)[number]['name'];

export type CommandOptions<Name extends CommandName> = OptionsOf<
  Extract<(typeof commands)[number], { name: Name }>['options']
>;
