import type { OptionSpec, OptionsOf } from './option-types.ts';

/** The options before the command. */
export const globalOptions = [
  {
    flags: '-f, --file <path>',
    summary: 'Read this Compose file; repeat to merge [default: compose.yaml] [env: COMPOSE_FILE]',
    repeat: true,
  },
  {
    flags: '-p, --project-name <name>',
    summary: 'Set the project name [default: directory name] [env: COMPOSE_PROJECT_NAME]',
  },
  {
    flags: '--profile <profile>',
    summary: 'Enable the services of this profile, `*` for all; repeat for more [env: COMPOSE_PROFILES]',
    repeat: true,
  },
  {
    flags: '--env-file <path>',
    summary:
      'Read variables from this file instead of .env; repeat for more, the last one wins [env: COMPOSE_ENV_FILES]',
    repeat: true,
  },
  {
    flags: '--project-directory <directory>',
    summary: 'Set the base of relative paths [default: directory of the file]',
  },
  {
    flags: '--progress <type>',
    summary: 'Set the type of progress output',
    choices: ['auto', 'tty', 'plain', 'json', 'quiet'],
    default: 'auto',
    env: 'COMPOSE_PROGRESS',
  },
  {
    flags: '--runner <name>',
    summary: 'Start containers without Node in between, or through /proc/self/exe',
    choices: ['direct', 'reexec'],
    env: 'TSCOMPOSE_RUNNER',
  },
  {
    flags: '--compatibility',
    summary: 'Name new containers with `_` instead of `-` [env: COMPOSE_COMPATIBILITY]',
  },
  { flags: '--dry-run', summary: 'Show what a command would do, and change nothing' },
  { flags: '--strict', summary: 'Treat unsupported features as errors, not as warnings' },
  {
    flags: '--ansi <when>',
    summary: 'Control colours and cursor movement',
    choices: ['auto', 'never', 'always'],
    default: 'auto',
    env: 'COMPOSE_ANSI',
  },
  { flags: '--no-color', summary: 'Disable colours [env: NO_COLOR]' },
] as const satisfies readonly OptionSpec[];

export type Globals = OptionsOf<typeof globalOptions>;
