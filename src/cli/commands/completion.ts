import { shells } from '../completion/shells.ts';
import { command } from '../grammar/command.ts';

export const completion = command({
  name: 'completion',
  group: 'Look',
  operands: '<shell>',
  words: shells,
  summary: 'Print what makes bash, zsh or fish complete commands',
  details:
    'It goes where the shell looks for such files; what `npm install --global` puts beside the program has ' +
    'them as well, in dist/completion.',
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
