import { command } from '../grammar/command.ts';
import type { OptionSpec, OptionsOf } from '../grammar/option-types.ts';
import { imageFilter, imageFormat } from '../grammar/storage-values.ts';

const options = [
  {
    flags: '-f, --filter <condition>',
    summary: 'Show only images that match `dangling=`, `reference=` or `label=`; repeat for more',
    parse: imageFilter,
    repeat: true,
  },
  {
    flags: '--format <format>',
    summary: 'Print a table, JSON lines, or a template such as `{{.Repository}}` [default: table]',
    parse: imageFormat,
  },
  { flags: '-q, --quiet', summary: 'Print IDs, one per line' },
] as const satisfies readonly OptionSpec[];

export type ImageLsOptions = OptionsOf<typeof options>;

export const imageLs = command({
  name: 'image ls',
  group: 'Storage',
  operands: '[name]',
  summary: 'List the images of this machine',
  details:
    'All projects share them. The size is that of the plain layers; images share layers that are the same.',
  options,
  examples: ['image ls', 'image ls postgres', 'image ls -q --filter dangling=true'],
  run: async (invocation) => {
    const { imageLs } = await import('../actions/image-ls.ts');
    return imageLs(invocation);
  },
});
