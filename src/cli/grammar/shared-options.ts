import type { OptionSpec } from './option-types.ts';
import { scaleOf, seconds } from './values.ts';

/** Options of several commands. */

export const timeout = {
  flags: '-t, --timeout <seconds>',
  summary: 'Wait this long before SIGKILL [default: stop_grace_period]',
  parse: seconds,
} as const satisfies OptionSpec;

export const waiting = [
  {
    flags: '--wait',
    summary: 'Wait until containers run and are healthy, or have exited with 0',
  },
  {
    flags: '--wait-timeout <seconds>',
    summary: 'Fail if containers are not ready within this time',
    parse: seconds,
  },
] as const satisfies readonly OptionSpec[];

export const recreation = [
  { flags: '--force-recreate', summary: 'Recreate containers even if nothing has changed' },
  { flags: '--no-recreate', summary: 'Keep existing containers even if something has changed' },
] as const satisfies readonly OptionSpec[];

export const scale = {
  flags: '--scale <service=number>',
  summary: 'Run this many containers of a service, instead of the number in the file; repeat for more',
  repeat: true,
  parse: scaleOf,
} as const satisfies OptionSpec;

export const removeOrphans = {
  flags: '--remove-orphans',
  summary: 'Remove containers of services that are not in the file, and exited ones that `run` made',
  env: 'COMPOSE_REMOVE_ORPHANS',
} as const satisfies OptionSpec;

export const pulling = [
  {
    flags: '--pull <policy>',
    summary: 'Fetch images `always`, if `missing`, or `never`, instead of by `pull_policy`',
    choices: ['always', 'missing', 'never', 'build', 'policy'],
  },
  { flags: '--quiet-pull', summary: 'Print no layers while images are fetched' },
] as const satisfies readonly OptionSpec[];

export const timestamps = {
  flags: '--timestamps',
  summary: 'Show timestamps',
} as const satisfies OptionSpec;

export const plainLogs = [
  { flags: '--no-color', summary: 'Disable colours' },
  { flags: '--no-log-prefix', summary: 'Print lines without the container name' },
] as const satisfies readonly OptionSpec[];

export const insideProcess = [
  { flags: '-d, --detach', summary: 'Run the command in the background' },
  {
    flags: '-e, --env <key=value>',
    summary: 'Set a variable; `KEY` alone passes your value on; repeat for more',
    repeat: true,
  },
  { flags: '-i, --interactive', summary: 'Attach stdin [default: true, unless detached]' },
  {
    flags: '-t, --tty',
    summary: 'Allocate a terminal [default: if stdin and stdout are terminals]',
    opposite: { flags: '-T, --no-tty', aliases: ['--no-TTY'], summary: 'Do not allocate a terminal' },
  },
  { flags: '-u, --user <user>', summary: 'Run as this user: `name[:group]` or `uid[:gid]`' },
  { flags: '-w, --workdir <place>', summary: 'Set the working directory inside the container' },
] as const satisfies readonly OptionSpec[];
