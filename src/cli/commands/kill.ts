import { command } from '../grammar/command.ts';
import type { OptionSpec } from '../grammar/option-types.ts';
import { signal } from '../grammar/values.ts';

const options = [
  {
    flags: '-s, --signal <signal>',
    summary: 'Send this signal, given by name or number',
    default: 'SIGKILL',
    parse: signal,
  },
  { flags: '--remove-orphans', summary: 'Include containers of services that are not in the file' },
] as const satisfies readonly OptionSpec[];

export const kill = command({
  name: 'kill',
  group: 'Start and stop',
  operands: '[service...]',
  summary: 'Send a signal to containers',
  options,
  endsContainers: true,
  examples: ['kill', 'kill -s HUP web'],
  run: async ({ context, options: { signal, removeOrphans = false }, operands }) => {
    const { change } = await import('../requests/change.ts');
    return change(context, 'kill', { services: operands, signal, removeOrphans }, () => 0);
  },
});
