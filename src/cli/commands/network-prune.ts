import { command } from '../grammar/command.ts';
import { networkPruneFilter } from '../grammar/network-values.ts';
import type { OptionSpec, OptionsOf } from '../grammar/option-types.ts';

const options = [
  {
    flags: '--filter <condition>',
    summary: 'Remove only networks that match `label=`, `label!=` or `until=`; repeat for more',
    parse: networkPruneFilter,
    repeat: true,
  },
  { flags: '-f, --force', summary: 'Do not ask for confirmation' },
] as const satisfies readonly OptionSpec[];

export type NetworkPruneOptions = OptionsOf<typeof options>;

export const networkPrune = command({
  name: 'network prune',
  group: 'Networks',
  operands: '',
  summary: 'Remove shared networks that no container uses',
  details: 'The command asks for confirmation, and reads the answer from its standard input.',
  options,
  examples: ['network prune', 'network prune -f --filter label=temporary'],
  run: async (invocation) => {
    const { networkPrune } = await import('../actions/network-prune.ts');
    return networkPrune(invocation);
  },
});
