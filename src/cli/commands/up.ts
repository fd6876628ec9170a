import { command } from '../grammar/command.ts';
import type { OptionSpec, OptionsOf } from '../grammar/option-types.ts';
import { plainLogs, timeout } from '../grammar/shared-options.ts';

const options = [
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
] as const satisfies readonly OptionSpec[];

export type UpOptions = OptionsOf<typeof options>;

export const up = command({
  name: 'up',
  group: 'Start and stop',
  operands: '[service...]',
  summary: 'Create what is missing, replace what changed, start all',
  details:
    'In the foreground it prints what the containers write and stops them on Ctrl-C; a second Ctrl-C kills ' +
    'them. With -d it returns as soon as every process runs. Containers whose part of the file is unchanged ' +
    'keep running. When a start fails, what this command has made is undone, and containers that it has replaced ' +
    'are started again. COMPOSE_IGNORE_ORPHANS=1 says nothing of containers whose service the file lacks.',
  options,
  examples: ['up', 'up -d web', 'up --exit-code-from test'],
  exitStatus: '130 after Ctrl-C, 143 after SIGTERM, 126 and 127 for a command that cannot be run or found',
  run: async (invocation) => {
    const { up } = await import('../actions/up.ts');
    return up(invocation);
  },
});
