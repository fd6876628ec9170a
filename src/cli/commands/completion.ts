import { shells } from '../completion/shells.ts';
import { command } from '../grammar/command.ts';

export const completion = command({
  name: 'completion',
  group: 'Look',
  operands: '<shell>',
  words: shells,
  summary: 'Print a completion script for bash, zsh or fish',
  details:
    'Save the script where the shell looks for completions. An installed package contains the scripts as well, ' +
    'in dist/completion.',
  options: [],
  examples: [
    'completion bash > /etc/bash_completion.d/tscompose',
    'completion zsh > "${fpath[1]}/_tscompose"',
    'completion fish > ~/.config/fish/completions/tscompose.fish',
  ],
  run: async (invocation) => {
    const { completion } = await import('../actions/completion.ts');
    return completion(invocation);
  },
});
