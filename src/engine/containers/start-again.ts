import { Problem } from '../../base/diagnostic.ts';
import { isRestarting } from '../../base/status.ts';
import type { Context } from '../context/context.ts';
import { complainOf } from '../context/survive-errors.ts';
import { forgetGoneBridges } from '../networks/bridges.ts';
import type { ContainerRecord } from '../record/project-record.ts';
import { conclude } from '../restart/conclude.ts';
import { startConnected } from './network/start-connected.ts';
import { rejoin } from './rejoin.ts';

/** Starts a container that waits for it. A start that fails counts as a run that failed at once. */
export const startAgain = async (context: Context, name: string, signal: AbortSignal): Promise<void> => {
  const record = context.record.containers[name];
  if (!record || !isRestarting(record.state)) return;
  try {
    forgetGoneBridges(context);
    await startConnected(context, record, signal);
    rejoin(context, name);
  } catch (error) {
    if (!signal.aborted) concludeFailedStart(context, record, error);
  }
};

/** A start that failed is as a run that failed at once; the policy decides. */
export const concludeFailedStart = (context: Context, record: ContainerRecord, error: unknown): void => {
  const [problem] = error instanceof Problem ? error.diagnostics : [];
  if (!problem) complainOf(context.paths, error);
  const { message = String(error), facts = [], notes = [], help, exitCode = FAILED_START } = problem ?? {};
  const reason = { message, facts, notes, ...(help !== undefined && { help }) };
  conclude(context, record, { exitCode, oomKilled: false, ran: 0 }, reason);
};

/** As in Docker. */
const FAILED_START = 128;
