import { command } from '../grammar/command.ts';
import type { OptionSpec, OptionsOf } from '../grammar/option-types.ts';

const options = [
  { flags: '--down-project', summary: 'Take the whole project down afterwards' },
] as const satisfies readonly OptionSpec[];

export type WaitOptions = OptionsOf<typeof options>;

export const wait = command({
  name: 'wait',
  group: 'Look',
  operands: '<service...>',
  summary: 'Wait until the containers of services have exited',
  details:
    'The command prints the exit code of each container. A container that has exited before counts as well.',
  options,
  awaitsProcess: true,
  examples: ['wait test', 'wait --down-project test'],
  exitStatus: 'first exit code other than 0, in the order of the services and their numbers',
  run: async (invocation) => {
    const { wait } = await import('../actions/wait.ts');
    return wait(invocation);
  },
});
