import { command } from '../grammar/command.ts';
import type { OptionSpec, OptionsOf } from '../grammar/option-types.ts';

const options = [
  { flags: '--no-deps', summary: 'Do not start the dependencies of the named services' },
] as const satisfies readonly OptionSpec[];

export type ScaleOptions = OptionsOf<typeof options>;

export const scale = command({
  name: 'scale',
  group: 'Start and stop',
  operands: '<service=number...>',
  summary: 'Change the number of containers of services',
  details:
    'New containers get the smallest free numbers. Of too many, those with an outdated configuration are removed first, ' +
    'then those with the highest numbers. The next `up` goes back to the number in the file, 1 by default.',
  options,
  startsSupervisor: true,
  examples: ['scale web=3', 'scale web=2 worker=0'],
  run: async (invocation) => {
    const { scale } = await import('../actions/scale.ts');
    return scale(invocation);
  },
});
