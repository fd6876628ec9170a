import { command } from '../grammar/command.ts';

export const top = command({
  name: 'top',
  group: 'Look',
  operands: '[service...]',
  summary: 'Show the processes of containers',
  details: 'The columns are those of `ps -ef` on the host, with the PIDs of the host.',
  options: [],
  examples: ['top', 'top web'],
  run: async (invocation) => {
    const { top } = await import('../actions/top.ts');
    return top(invocation);
  },
});
