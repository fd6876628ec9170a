import { command } from '../grammar/command.ts';

export const help = command({
  name: 'help',
  group: 'Look',
  operands: '[command] [subcommand]',
  summary: 'Explain a command at length, with examples',
  options: [],
  examples: ['help up', 'help volume ls'],
  run: async (invocation) => {
    const { help } = await import('../actions/help.ts');
    return help(invocation);
  },
});
