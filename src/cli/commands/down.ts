import { command } from '../grammar/command.ts';
import type { OptionSpec } from '../grammar/option-types.ts';
import { timeout } from '../grammar/shared-options.ts';

const options = [
  { flags: '-v, --volumes', summary: 'Remove named volumes (no effect: they are not supported yet)' },
  timeout,
  { flags: '--remove-orphans', summary: 'Remove containers of services that are not in the file' },
] as const satisfies readonly OptionSpec[];

export const down = command({
  name: 'down',
  group: 'Start and stop',
  operands: '[service...]',
  summary: 'Stop and remove containers and networks',
  details: 'With -p, the Compose file may be missing or invalid.',
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
    if (volumes) warn('`--volumes` has no effect: named volumes are not supported yet');
    const request = { services: operands, removeOrphans, ...(timeout !== undefined && { timeout }) };
    return change(context, 'down', request, nothingIsThere, nothingIsThere);
  },
});
