import { change } from '../change.ts';
import type { Run } from '../command-context.ts';

export const down: Run<'down'> = ({ context, options, operands }) => {
  const { volumes, removeOrphans = false, timeout } = options;
  const request = { services: operands, removeOrphans, ...(timeout !== undefined && { timeout }) };
  if (volumes) {
    const message = '`--volumes` removes nothing: there are no named volumes yet';
    context.messages.show([{ severity: 'warning', code: 'nothing-to-remove', message }]);
  }
  const sayNothingIsThere = (project: string) => {
    const message = `No resource found to remove for project "${project}"`;
    context.messages.show([{ severity: 'warning', code: 'nothing-to-remove', message }]);
    return 0;
  };
  return change(context, 'down', request, sayNothingIsThere, sayNothingIsThere);
};
