import { isActive, isRestarting } from '../../base/status.ts';
import type { Context } from '../context/context.ts';
import { note } from '../record/note.ts';

/** A stop on request of the user, or one before a shutdown of the machine, which may not wait for its end. */
export type StopCause = 'stoppedByHand' | 'stoppedForBoot';

/** Remembers that a container is ended on request: its policy does not start it again, or only at boot. */
export const noteStop = async (
  context: Context,
  name: string,
  cause: StopCause = 'stoppedByHand',
): Promise<void> => {
  const record = context.record.containers[name];
  if (!record || !isActive(record.state)) return;
  note(context, name, { [cause]: true, rejoins: undefined });
  context.saveSoon();
  await endRestart(context, name);
};

/** Ends the wait for a restart, if there is one: the container is one that has exited. */
export const endRestart = async (context: Context, name: string): Promise<void> => {
  await context.restarts.cancel(name);
  const record = context.record.containers[name];
  if (!record || !isRestarting(record.state)) return;
  const { service, number, oneOff, exitCode, oomKilled } = record;
  note(context, name, { state: 'exited' });
  context.saveSoon();
  const which = { container: name, service, number, oneOff };
  context.emit({ type: 'container.exited', ...which, exitCode, oomKilled, time: Date.now() });
};
