import { command } from '../grammar/command.ts';

export const pause = command({
  name: 'pause',
  group: 'Start and stop',
  operands: '[service...]',
  summary: 'Freeze all processes of containers',
  details:
    'The processes keep their memory and files, and get no CPU time. `exec` is refused meanwhile; `stop`, `kill` and ' +
    '`down` unpause the containers first.',
  options: [],
  examples: ['pause', 'pause web'],
  run: async ({ context, operands }) => {
    const { change } = await import('../requests/change.ts');
    return change(context, 'pause', { services: operands }, () => 0);
  },
});
