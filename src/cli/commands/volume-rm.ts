import { command } from '../grammar/command.ts';
import type { OptionSpec, OptionsOf } from '../grammar/option-types.ts';

const options = [
  { flags: '-f, --force', summary: 'Ignore volumes that do not exist' },
] as const satisfies readonly OptionSpec[];

export type VolumeRmOptions = OptionsOf<typeof options>;

export const volumeRm = command({
  name: 'volume rm',
  group: 'Storage',
  operands: '<volume...>',
  summary: 'Remove volumes and their data',
  details:
    'It does not ask. A volume that a container of any project uses is not removed, even if the container is stopped.',
  options,
  examples: ['volume rm app_data', 'volume rm -f one two'],
  run: async (invocation) => {
    const { volumeRm } = await import('../actions/volume-rm.ts');
    return volumeRm(invocation);
  },
});
