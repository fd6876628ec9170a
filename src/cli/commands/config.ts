import { command } from '../grammar/command.ts';
import type { OptionSpec, OptionsOf } from '../grammar/option-types.ts';

const options = [
  { flags: '-q, --quiet', summary: 'Check the files; print nothing' },
  {
    flags: '--format <format>',
    summary: 'Format the output [default: yaml; with --variables a table]',
    choices: ['yaml', 'json'],
  },
  { flags: '-o, --output <file>', summary: 'Write to a file, which is replaced atomically' },
  { flags: '--explain', summary: 'Show the file, line and variables that each value comes from' },
  { flags: '--services', summary: 'Print service names, one per line' },
  { flags: '--volumes', summary: 'Print volume names, one per line' },
  { flags: '--networks', summary: 'Print network names, one per line' },
  { flags: '--profiles', summary: 'Print profile names, one per line' },
  { flags: '--images', summary: 'Print image names, one per line' },
  { flags: '--models', summary: 'Print model names, one per line' },
  {
    flags: '--hash <service>',
    summary: 'Print the hash that `up` compares to detect changes; `*` for all services',
  },
  { flags: '--variables', summary: 'Print the variables of the files, with their defaults' },
  { flags: '--environment', summary: 'Print the environment used for interpolation' },
  { flags: '--resolve-image-digests', summary: 'Pin images by the digests that their registries have now' },
  {
    flags: '--lock-image-digests',
    summary: 'Print only the pinned images, as a file to merge over the others',
  },
  { flags: '--no-interpolate', summary: 'Do not interpolate variables' },
  { flags: '--no-normalize', summary: 'Do not fill in default values' },
  { flags: '--no-path-resolution', summary: 'Do not resolve paths' },
  { flags: '--no-env-resolution', summary: 'Do not read env_file and the environment' },
  { flags: '--no-consistency', summary: 'Do not check references between services and other resources' },
] as const satisfies readonly OptionSpec[];

export type ConfigOptions = OptionsOf<typeof options>;

export const config = command({
  name: 'config',
  alias: 'convert',
  group: 'Look',
  operands: '[service...]',
  summary: 'Print the merged, interpolated, validated project',
  details:
    'This command runs on any machine and without privileges, and asks registries only where images are to be pinned; with --strict it also reports what `up` would refuse here. With services, the output is limited to them, ' +
    'their dependencies and the resources that these use. The output has the format of Docker Compose and can be read again.',
  options,
  examples: [
    'config',
    'config -q && echo valid',
    'config --explain web',
    'config --no-interpolate -o template.yaml',
    'config --lock-image-digests -o compose.lock.yaml',
    'config --variables',
    'config --hash "*"',
  ],
  run: async (invocation) => {
    const { config } = await import('../actions/config.ts');
    return config(invocation);
  },
});
