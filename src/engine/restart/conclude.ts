import type { Reason } from '../../base/diagnostic.ts';
import { exited } from '../../base/status.ts';
import type { Context } from '../context/context.ts';
import { note } from '../record/note.ts';
import type { ContainerRecord } from '../record/project-record.ts';
import { decideRestart, type End } from './decide.ts';

/**
 * Records and tells the end of a run, or why a restart failed, and starts the container again after a while if its policy
 * says so. `record`: the container as it was during the run.
 */
export const conclude = (
  context: Context,
  record: ContainerRecord,
  end: End,
  startFailure?: Reason,
): void => {
  const { name, service, number, oneOff } = record;
  const { exitCode, oomKilled } = end;
  const restart = decideRestart(record.definition.restart, record, end);
  const time = Date.now();
  note(context, name, { ...exited(end, time, restart !== undefined), ...restart, startFailure });
  context.saveSoon();
  const which = { container: name, service, number };
  if (!restart || startFailure === undefined)
    context.emit({
      type: 'container.exited',
      ...which,
      oneOff,
      exitCode,
      oomKilled,
      time,
      ...(restart && { restarts: true }),
    });
  if (!restart) return;
  context.restarts.schedule(name, restart.restartDelay);
  context.emit({ type: 'container.restarting', ...which, exitCode, delay: restart.restartDelay, time });
};
