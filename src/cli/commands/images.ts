import { command } from '../grammar/command.ts';
import type { OptionSpec, OptionsOf } from '../grammar/option-types.ts';

const options = [
  {
    flags: '--format <format>',
    summary: 'The form of the output',
    choices: ['table', 'json'],
    default: 'table',
  },
  { flags: '-q, --quiet', summary: 'Print IDs, one per line' },
] as const satisfies readonly OptionSpec[];

export type ImagesOptions = OptionsOf<typeof options>;

export const images = command({
  name: 'images',
  group: 'Look',
  operands: '[service...]',
  summary: 'List the images of the containers of the project',
  details: 'Stopped containers have a line as well. `image ls` lists the images of the machine.',
  options,
  examples: ['images', 'images -q db'],
  run: async (invocation) => {
    const { images } = await import('../actions/images.ts');
    return images(invocation);
  },
});
