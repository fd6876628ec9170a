import { command } from '../grammar/command.ts';
import type { OptionSpec, OptionsOf } from '../grammar/option-types.ts';
import { imageInspectFormat } from '../grammar/storage-values.ts';

const options = [
  {
    flags: '-f, --format <format>',
    summary: 'Print JSON in one line with `json`, or a template such as `{{.Id}}`',
    parse: imageInspectFormat,
  },
] as const satisfies readonly OptionSpec[];

export type ImageInspectOptions = OptionsOf<typeof options>;

export const imageInspect = command({
  name: 'image inspect',
  group: 'Storage',
  operands: '<image...>',
  summary: 'Show the configuration and the layers of images',
  options,
  examples: ['image inspect postgres:16', "image inspect -f '{{.Id}}' postgres:16"],
  run: async (invocation) => {
    const { imageInspect } = await import('../actions/image-inspect.ts');
    return imageInspect(invocation);
  },
});
