import { command } from '../grammar/command.ts';
import type { OptionSpec, OptionsOf } from '../grammar/option-types.ts';
import { imagePruneFilter } from '../grammar/storage-values.ts';

const options = [
  { flags: '-a, --all', summary: 'Remove images that have a name as well' },
  {
    flags: '--filter <condition>',
    summary: 'Remove only images that match `label=`, `label!=` or `until=`; repeat for more',
    parse: imagePruneFilter,
    repeat: true,
  },
  { flags: '-f, --force', summary: 'Do not ask for confirmation' },
] as const satisfies readonly OptionSpec[];

export type ImagePruneOptions = OptionsOf<typeof options>;

export const imagePrune = command({
  name: 'image prune',
  group: 'Storage',
  operands: '',
  summary: 'Remove images that no container uses',
  details:
    'Only images without a name, unless -a is given; and what interrupted fetches have left more than a day ago. The ' +
    'command asks for confirmation, and reads the answer from its standard input.',
  options,
  examples: ['image prune', 'image prune -af --filter until=240h'],
  run: async (invocation) => {
    const { imagePrune } = await import('../actions/image-prune.ts');
    return imagePrune(invocation);
  },
});
