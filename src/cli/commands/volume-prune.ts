import { command } from '../grammar/command.ts';
import type { OptionSpec, OptionsOf } from '../grammar/option-types.ts';
import { pruneFilter } from '../grammar/storage-values.ts';

const options = [
  { flags: '-a, --all', summary: 'Remove named volumes as well' },
  {
    flags: '--filter <condition>',
    summary: 'Remove only volumes that match `label=` or `label!=`; repeat for more',
    parse: pruneFilter,
    repeat: true,
  },
  { flags: '-f, --force', summary: 'Do not ask for confirmation' },
] as const satisfies readonly OptionSpec[];

export type VolumePruneOptions = OptionsOf<typeof options>;

export const volumePrune = command({
  name: 'volume prune',
  group: 'Storage',
  operands: '',
  summary: 'Remove volumes that no container uses',
  details:
    'Only anonymous volumes, unless -a is given. The command asks for confirmation, and reads the answer from its ' +
    'standard input.',
  options,
  examples: ['volume prune', 'volume prune -af --filter label=temporary'],
  run: async (invocation) => {
    const { volumePrune } = await import('../actions/volume-prune.ts');
    return volumePrune(invocation);
  },
});
