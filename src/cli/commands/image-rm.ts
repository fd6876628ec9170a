import { command } from '../grammar/command.ts';
import type { OptionSpec, OptionsOf } from '../grammar/option-types.ts';

const options = [
  {
    flags: '-f, --force',
    summary: 'Remove all names of an ID, and the name of an image that a container uses',
  },
] as const satisfies readonly OptionSpec[];

export type ImageRmOptions = OptionsOf<typeof options>;

export const imageRm = command({
  name: 'image rm',
  alias: 'rmi',
  group: 'Storage',
  operands: '<image...>',
  summary: 'Remove images by name or ID',
  details:
    'A name is taken away; with the last one the image goes too, and its layers unless another image has them. An image ' +
    'that a container of any project uses is not removed, even if the container is stopped.',
  options,
  examples: ['image rm postgres:16', 'rmi 3f1c0d2a'],
  run: async (invocation) => {
    const { imageRm } = await import('../actions/image-rm.ts');
    return imageRm(invocation);
  },
});
