import { isRestarting } from '../../base/status.ts';
import type { Context, Running } from '../context/context.ts';
import { note } from '../record/note.ts';
import type { ContainerRecord } from '../record/project-record.ts';
import { endRestart } from '../restart/stop-by-hand.ts';
import { startConnected } from './network/start-connected.ts';
import { concludeFailedStart } from './start-again.ts';

/** Starts a container on request: a pending restart is not waited for, and restarts are counted anew. */
export const startByHand = async (
  context: Context,
  { name }: Pick<ContainerRecord, 'name'>,
  signal?: AbortSignal,
): Promise<Running> => {
  await context.restarts.cancel(name);
  const before = context.record.containers[name]!;
  note(context, name, COUNTED_ANEW);
  const running = context.running.get(name);
  if (running) return running;
  try {
    return await startConnected(context, context.record.containers[name]!, signal);
  } catch (error) {
    if (isRestarting(before.state)) concludeFailedStart(context, context.record.containers[name]!, error);
    else await endRestart(context, name);
    throw error;
  }
};

const COUNTED_ANEW = {
  restartCount: undefined,
  restartDelay: undefined,
  stoppedByHand: undefined,
  stoppedForBoot: undefined,
  startFailure: undefined,
} as const;
