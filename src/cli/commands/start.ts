import { command } from '../grammar/command.ts';

export const start = command({
  name: 'start',
  group: 'Start and stop',
  operands: '[service...]',
  summary: 'Start existing containers',
  options: [],
  examples: ['start', 'start web'],
  run: async ({ context, operands }) => {
    const { change, noContainer } = await import('../change.ts');
    return change(context, 'start', { services: operands }, noContainer);
  },
});
