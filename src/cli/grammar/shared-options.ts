import type { OptionSpec } from './option-types.ts';
import { seconds } from './values.ts';

/** Options that several commands have. */

export const timeout = {
  flags: '-t, --timeout <seconds>',
  summary: 'Time to stop before SIGKILL [default: stop_grace_period]',
  parse: seconds,
} as const satisfies OptionSpec;

export const plainLogs = [
  { flags: '--no-color', summary: 'No colours' },
  { flags: '--no-log-prefix', summary: 'Lines without the name of their container' },
] as const satisfies readonly OptionSpec[];

export const insideProcess = [
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
