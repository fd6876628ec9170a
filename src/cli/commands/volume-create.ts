import { command } from '../grammar/command.ts';
import type { OptionSpec, OptionsOf } from '../grammar/option-types.ts';
import { pair } from '../grammar/storage-values.ts';

const options = [
  {
    flags: '-d, --driver <driver>',
    summary: 'The driver of the volume',
    choices: ['local'],
    default: 'local',
  },
  { flags: '--label <key=value>', summary: 'Set a label; repeat for more', parse: pair, repeat: true },
  {
    flags: '-o, --opt <key=value>',
    summary: 'Set an option of the driver: `type`, `o` or `device`; repeat for more',
    parse: pair,
    repeat: true,
  },
] as const satisfies readonly OptionSpec[];

export type VolumeCreateOptions = OptionsOf<typeof options>;

export const volumeCreate = command({
  name: 'volume create',
  group: 'Storage',
  operands: '[name]',
  summary: 'Create a volume and print its name',
  details:
    'Without a name, the volume gets one of 64 hexadecimal digits and counts as anonymous. An existing volume of ' +
    'the name stays as it is. The first container that mounts the volume fills it from its root.',
  options,
  examples: [
    'volume create shared',
    'volume create -o type=tmpfs -o device=tmpfs -o o=size=64m scratch',
    'volume create -o type=none -o o=bind -o device=/srv/data data',
  ],
  run: async (invocation) => {
    const { volumeCreate } = await import('../actions/volume-create.ts');
    return volumeCreate(invocation);
  },
});
