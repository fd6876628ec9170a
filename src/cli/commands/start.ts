import { command } from '../grammar/command.ts';
import type { OptionSpec } from '../grammar/option-types.ts';
import { waiting } from '../grammar/shared-options.ts';

const options = [
  ...waiting,
  {
    flags: '--boot',
    summary: 'Start only containers that their restart policy starts at boot',
  },
] as const satisfies readonly OptionSpec[];

export const start = command({
  name: 'start',
  group: 'Start and stop',
  operands: '[service...]',
  summary: 'Start existing containers',
  details:
    'Each container starts as soon as its `depends_on` allows, as in `up`: that of the files, without files that of the last `up`.',
  options,
  startsSupervisor: true,
  examples: ['start', 'start web'],
  run: async ({ context, options: { boot, wait, waitTimeout }, operands }) => {
    const { change, noContainer } = await import('../requests/change.ts');
    const limits = { ...(wait && { wait }), ...(waitTimeout !== undefined && { waitTimeout }) };
    const request = { services: operands, ...limits, ...(boot && { boot }) };
    return change(context, 'start', request, boot ? () => 0 : noContainer);
  },
});
