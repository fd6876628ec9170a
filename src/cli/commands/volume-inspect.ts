import { command } from '../grammar/command.ts';
import type { OptionSpec, OptionsOf } from '../grammar/option-types.ts';
import { inspectFormat } from '../grammar/storage-values.ts';

const options = [
  {
    flags: '-f, --format <format>',
    summary: 'Print JSON without line breaks (`json`), or a template such as `{{.Mountpoint}}`',
    parse: inspectFormat,
  },
] as const satisfies readonly OptionSpec[];

export type VolumeInspectOptions = OptionsOf<typeof options>;

export const volumeInspect = command({
  name: 'volume inspect',
  group: 'Storage',
  operands: '<volume...>',
  summary: 'Show volumes as JSON',
  details: 'Docker has the same keys; `UsedBy` names the containers that use the volume.',
  options,
  examples: ['volume inspect app_data', "volume inspect -f '{{.Mountpoint}}' app_data"],
  run: async (invocation) => {
    const { volumeInspect } = await import('../actions/volume-inspect.ts');
    return volumeInspect(invocation);
  },
});
