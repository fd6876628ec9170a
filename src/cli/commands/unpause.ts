import { command } from '../grammar/command.ts';

export const unpause = command({
  name: 'unpause',
  group: 'Start and stop',
  operands: '[service...]',
  summary: 'Continue the processes of paused containers',
  options: [],
  examples: ['unpause', 'unpause web'],
  run: async ({ context, operands }) => {
    const { change } = await import('../requests/change.ts');
    return change(context, 'unpause', { services: operands }, () => 0);
  },
});
