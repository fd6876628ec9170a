import { command } from '../grammar/command.ts';
import type { OptionSpec } from '../grammar/option-types.ts';
import { timeout } from '../grammar/shared-options.ts';

const options = [
  timeout,
  { flags: '--no-deps', summary: 'Do not restart the services that depend on the named ones' },
] as const satisfies readonly OptionSpec[];

export const restart = command({
  name: 'restart',
  group: 'Start and stop',
  operands: '[service...]',
  summary: 'Stop, then start, with the configuration of the last `up`',
  details:
    'The order of the containers is that of `depends_on` in the files, without files that of the last `up`.',
  options,
  startsSupervisor: true,
  endsContainers: true,
  examples: ['restart web'],
  run: async ({ context, options: { timeout, deps }, operands }) => {
    const { change, noContainer } = await import('../requests/change.ts');
    const request = { services: operands, noDeps: !deps, ...(timeout !== undefined && { timeout }) };
    return change(context, 'restart', request, noContainer);
  },
});
