import { command } from '../grammar/command.ts';
import type { OptionSpec, OptionsOf } from '../grammar/option-types.ts';

const options = [
  { flags: '-f, --force', summary: 'Ignore networks that do not exist' },
] as const satisfies readonly OptionSpec[];

export type NetworkRmOptions = OptionsOf<typeof options>;

export const networkRm = command({
  name: 'network rm',
  group: 'Networks',
  operands: '<network...>',
  summary: 'Remove networks that projects share',
  details:
    'A network with containers of any project is not removed, even if they are stopped. `down` removes the networks ' +
    'of a project.',
  options,
  examples: ['network rm proxy', 'network rm -f one two'],
  run: async (invocation) => {
    const { networkRm } = await import('../actions/network-rm.ts');
    return networkRm(invocation);
  },
});
