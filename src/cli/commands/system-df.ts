import { command } from '../grammar/command.ts';
import type { OptionSpec, OptionsOf } from '../grammar/option-types.ts';
import { usageFormat } from '../grammar/storage-values.ts';

const options = [
  {
    flags: '--format <format>',
    summary: 'Print a table, JSON lines, or a template such as `{{.Type}}` [default: table]',
    parse: usageFormat,
  },
  { flags: '-v, --verbose', summary: 'Show every image, layer, volume and log' },
] as const satisfies readonly OptionSpec[];

export type SystemDfOptions = OptionsOf<typeof options>;

export const systemDf = command({
  name: 'system df',
  group: 'Storage',
  operands: '',
  summary: 'Show the space that images, layers, volumes and logs take',
  details:
    'Sizes are those of blocks on the disk, as du(1) counts them. Reclaimable is what `system prune --volumes ' +
    '--all` removes; trash is what killed processes have not deleted.',
  options,
  examples: ['system df', 'system df -v', 'system df --format json'],
  run: async (invocation) => {
    const { systemDf } = await import('../actions/system-df.ts');
    return systemDf(invocation);
  },
});
