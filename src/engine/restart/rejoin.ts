import { isRestarting } from '../../base/status.ts';
import { endRun } from '../containers/lifecycle.ts';
import { sharesOf } from '../containers/shared-namespaces.ts';
import type { Context } from '../supervisor/context.ts';
import { note } from '../supervisor/record/note.ts';
import { complainOf } from '../supervisor/survive-errors.ts';

/**
 * A container that was restarted has new namespaces. Those that share them are restarted as well, because they would stay
 * in ones without an interface or without a PID 1, as they do in Docker.
 */
export const rejoin = (context: Context, owner: string): void => {
  for (const record of Object.values(context.record.containers)) {
    const { name, state, startFailure } = record;
    if (!sharesOf(context.record, record).some(({ container }) => container === owner)) continue;
    if (context.running.has(name)) {
      note(context, name, { rejoins: true });
      endRun(context, record).catch((error: unknown) => complainOf(context.paths, error));
    } else if (isRestarting(state) && startFailure !== undefined) context.restarts.schedule(name, 0);
  }
};
