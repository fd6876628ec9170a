import { command } from '../grammar/command.ts';
import type { OptionSpec } from '../grammar/option-types.ts';
import { timeout } from '../grammar/shared-options.ts';

const options = [
  { flags: '-v, --volumes', summary: 'No effect yet: there are no named volumes' },
  timeout,
  { flags: '--remove-orphans', summary: 'Also containers of services that the file lacks' },
] as const satisfies readonly OptionSpec[];

export const down = command({
  name: 'down',
  group: 'Start and stop',
  operands: '[service...]',
  summary: 'Stop and remove containers and networks',
  details: 'Works with -p alone: without the file, or with one that is broken.',
  options,
  examples: ['down', '-p app down --remove-orphans'],
  run: async ({ context, options: { volumes, removeOrphans = false, timeout }, operands }) => {
    const { change } = await import('../change.ts');
    const warn = (message: string): number => {
      context.messages.show([{ severity: 'warning', code: 'nothing-to-remove', message }]);
      return 0;
    };
    const nothingIsThere = (project: string): number =>
      warn(`No resource found to remove for project "${project}"`);
    if (volumes) warn('`--volumes` removes nothing: there are no named volumes yet');
    const request = { services: operands, removeOrphans, ...(timeout !== undefined && { timeout }) };
    return change(context, 'down', request, nothingIsThere, nothingIsThere);
  },
});
