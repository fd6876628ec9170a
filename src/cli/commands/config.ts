import { command } from '../grammar/command.ts';
import type { OptionSpec, OptionsOf } from '../grammar/option-types.ts';

const options = [
  { flags: '-q, --quiet', summary: 'Print nothing, only check' },
  {
    flags: '--format <format>',
    summary: 'Form of the output [default: yaml, of --variables a table]',
    choices: ['yaml', 'json'],
  },
  { flags: '-o, --output <file>', summary: 'Write to a file, which is replaced at once' },
  { flags: '--explain', summary: 'Say of every value which file, line and variable it comes from' },
  { flags: '--services', summary: 'Only names of services' },
  { flags: '--volumes', summary: 'Only names of volumes' },
  { flags: '--networks', summary: 'Only names of networks' },
  { flags: '--profiles', summary: 'Only names of profiles' },
  { flags: '--images', summary: 'Only names of images' },
  {
    flags: '--hash <service>',
    summary: 'Only what `up` compares to find out what changed; `*` for all services',
  },
  { flags: '--variables', summary: 'Only the variables of the files, with their defaults' },
  { flags: '--environment', summary: 'Only the variables that there are values for' },
  { flags: '--no-interpolate', summary: 'Variables as they are written' },
  { flags: '--no-normalize', summary: 'Without what the files leave open' },
  { flags: '--no-path-resolution', summary: 'Paths as they are written' },
  { flags: '--no-env-resolution', summary: 'Without reading env_file and the environment' },
  {
    flags: '--no-consistency',
    summary: 'Without checking what services, networks and others want together',
  },
] as const satisfies readonly OptionSpec[];

export type ConfigOptions = OptionsOf<typeof options>;

export const config = command({
  name: 'config',
  alias: 'convert',
  group: 'Look',
  operands: '[service...]',
  summary: 'Print the merged, interpolated, validated project',
  details:
    'It works on any machine and for anybody. With services it is about them, what they depend on and what they ' +
    'all use. What it prints is in the form of Docker Compose and can be read again.',
  options,
  examples: [
    'config',
    'config -q && echo valid',
    'config --explain web',
    'config --no-interpolate -o template.yaml',
    'config --variables',
    'config --hash "*"',
  ],
  run: async (invocation) => {
    const { config } = await import('../actions/config.ts');
    return config(invocation);
  },
});
