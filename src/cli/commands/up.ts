import { command } from '../grammar/command.ts';
import type { OptionSpec, OptionsOf } from '../grammar/option-types.ts';
import {
  plainLogs,
  pulling,
  recreation,
  removeOrphans,
  scale,
  timeout,
  timestamps,
  waiting,
} from '../grammar/shared-options.ts';

const options = [
  { flags: '-d, --detach', summary: 'Run the containers in the background' },
  { flags: '--no-deps', summary: 'Do not start the dependencies of the named services' },
  ...pulling,
  ...recreation,
  {
    flags: '--always-recreate-deps',
    summary: 'Recreate the containers of dependencies of the named services as well',
  },
  scale,
  removeOrphans,
  {
    flags: '-V, --renew-anon-volumes',
    summary: 'Give recreated containers new anonymous volumes',
  },
  { flags: '--no-start', summary: 'Create the containers without starting them' },
  timeout,
  ...waiting,
  { flags: '--keep-failed', summary: 'Undo nothing if the command fails, to look at what it made' },
  { flags: '--rm', summary: 'Remove containers and networks at the end' },
  { flags: '--abort-on-container-exit', summary: 'Stop all containers when the first one exits' },
  {
    flags: '--exit-code-from <service>',
    summary: 'Exit with the exit code of this service; implies --abort-on-container-exit',
  },
  {
    flags: '--abort-on-container-failure',
    summary: 'Stop all containers when the first one exits with another code than 0',
  },
  {
    flags: '--attach <service>',
    summary: 'Print the output of this service only; repeat for more',
    repeat: true,
  },
  { flags: '--attach-dependencies', summary: 'Print the output of dependencies as well' },
  {
    flags: '--no-attach <service>',
    summary: 'Do not print the output of this service; repeat for more',
    repeat: true,
  },
  timestamps,
  ...plainLogs,
] as const satisfies readonly OptionSpec[];

export type UpOptions = OptionsOf<typeof options>;

export const up = command({
  name: 'up',
  group: 'Start and stop',
  operands: '[service...]',
  summary: 'Create what is missing, replace what changed, start all',
  details:
    'Images that are missing are fetched first; if that fails, nothing changes. In the foreground, this command prints the output of the containers and stops them on Ctrl-C; a second Ctrl-C ' +
    'kills them. With -d it returns as soon as every process runs. Containers with an unchanged configuration keep ' +
    'running. If a start fails, or a dependency cannot become healthy or complete, the command undoes its changes and starts replaced containers again. ' +
    'COMPOSE_IGNORE_ORPHANS=1 suppresses the warning about containers of services that are not in the file.',
  options,
  startsSupervisor: true,
  examples: ['up', 'up -d web', 'up -d --scale web=3', 'up --exit-code-from test'],
  exitStatus: '130 after Ctrl-C, 143 after SIGTERM, 126 if a command cannot be run, 127 if it is not found',
  run: async (invocation) => {
    const { up } = await import('../actions/up.ts');
    return up(invocation);
  },
});
