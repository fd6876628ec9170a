import { command } from '../grammar/command.ts';
import type { OptionSpec } from '../grammar/option-types.ts';
import { timeout } from '../grammar/shared-options.ts';

const options = [
  timeout,
  {
    flags: '--boot',
    summary: 'The machine goes down: restart policies start the containers at the next boot',
  },
] as const satisfies readonly OptionSpec[];

export const stop = command({
  name: 'stop',
  group: 'Start and stop',
  operands: '[service...]',
  summary: 'Stop containers; keep them and their data',
  options,
  endsContainers: true,
  examples: ['stop', 'stop -t 2 web'],
  run: async ({ context, options: { timeout, boot }, operands }) => {
    const { change } = await import('../requests/change.ts');
    const request = { services: operands, ...(timeout !== undefined && { timeout }), ...(boot && { boot }) };
    // A stop of containers that do not run is no error.
    return change(context, 'stop', request, () => 0);
  },
});
