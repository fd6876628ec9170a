import { command } from '../grammar/command.ts';

export const help = command({
  name: 'help',
  group: 'Look',
  operands: '[command]',
  summary: 'Explain a command at length, with examples',
  options: [],
  examples: ['help up'],
  run: async (invocation) => {
    const { help } = await import('../actions/help.ts');
    return help(invocation);
  },
});
