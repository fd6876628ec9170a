import { change } from '../change.ts';
import type { Run } from '../command-context.ts';

export const down: Run<'down'> = ({ context, options, operands }) => {
  const { volumes = false, removeOrphans = false, timeout } = options;
  const request = { services: operands, volumes, removeOrphans, ...(timeout !== undefined && { timeout }) };
  const sayNothingIsThere = (project: string) => {
    const message = `No resource found to remove for project "${project}"`;
    context.messages.show([{ severity: 'warning', code: 'nothing-to-remove', message }]);
    return 0;
  };
  return change(context, 'down', request, sayNothingIsThere, sayNothingIsThere);
};
