import { isRestarting } from '../../base/status.ts';
import type { Context } from '../context/context.ts';
import { complainOf } from '../context/survive-errors.ts';
import { sharesOf } from '../namespaces/shared-namespaces.ts';
import { note } from '../record/note.ts';
import { endRun } from './stop-container.ts';

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
