import { command } from '../grammar/command.ts';
import type { OptionSpec, OptionsOf } from '../grammar/option-types.ts';

const options = [
  { flags: '-f, --force', summary: 'Do not ask for confirmation' },
  { flags: '-s, --stop', summary: 'Stop the containers first' },
  { flags: '-v, --volumes', summary: 'Remove their anonymous volumes as well' },
] as const satisfies readonly OptionSpec[];

export type RmOptions = OptionsOf<typeof options>;

export const rm = command({
  name: 'rm',
  group: 'Start and stop',
  operands: '[service...]',
  summary: 'Remove stopped containers and their data',
  details:
    'Containers that `run` made are included. The command asks for confirmation, and reads the answer from its ' +
    'standard input. Networks are kept; `down` removes them.',
  options,
  endsContainers: true,
  examples: ['rm', 'rm -sf web'],
  run: async (invocation) => {
    const { rm } = await import('../actions/rm.ts');
    return rm(invocation);
  },
});
