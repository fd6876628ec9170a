import { Problem } from '../../base/diagnostic.ts';
import { startInside } from '../containers/exec.ts';
import type { Exec } from '../containers/exec-registry.ts';
import type { Context } from '../supervisor/context.ts';
import type { Reply } from './reply.ts';

/** `POST /exec/{id}/start`: joins the process to the caller's connection, or answers at once when it is detached. */
export const startExec = async (context: Context, exec: Exec, reply: Reply): Promise<void> => {
  const { container, request } = exec;
  if (!request.Detach && !reply.canUpgrade)
    throw new Problem({
      severity: 'error',
      code: 'usage',
      message: 'an attached exec takes over its connection; ask for `Upgrade: tcp`',
    });
  await exec.start(
    () => startInside(context, container, request, !request.Detach),
    ({ connect }) =>
      connect(request.Detach ? undefined : () => reply.upgrade('application/vnd.docker.multiplexed-stream')),
  );
  if (request.Detach) reply.json(undefined);
};
