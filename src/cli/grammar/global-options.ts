import type { OptionSpec, OptionsOf } from './option-types.ts';

/** The options before the command. */
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

export type Globals = OptionsOf<typeof globalOptions>;
