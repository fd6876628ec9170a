import { command } from '../grammar/command.ts';
import type { OptionSpec, OptionsOf } from '../grammar/option-types.ts';

const options = [
  {
    flags: '--format <format>',
    summary: 'The form of the output',
    choices: ['table', 'json'],
    default: 'table',
  },
  { flags: '--no-trunc', summary: 'Show commands in full' },
] as const satisfies readonly OptionSpec[];

export type ImageHistoryOptions = OptionsOf<typeof options>;

export const imageHistory = command({
  name: 'image history',
  group: 'Storage',
  operands: '<image>',
  summary: 'Show the instructions that made an image, and the sizes of its layers',
  options,
  examples: ['image history postgres:16'],
  run: async (invocation) => {
    const { imageHistory } = await import('../actions/image-history.ts');
    return imageHistory(invocation);
  },
});
