import { constants } from 'node:os';
import { timerDelay } from '../../base/node/timer-delay.ts';
import { isStop, requireSignal } from '../../base/signal.ts';
import { isRestarting } from '../../base/status.ts';
import { endSelfFrozen } from '../cgroups/self-frozen.ts';
import type { Context } from '../context/context.ts';
import { cgroupOf } from '../context/identifiers.ts';
import type { ContainerRecord } from '../record/project-record.ts';
import { noteStop, type StopCause } from '../restart/stop-by-hand.ts';
import { thawIfPaused } from './pause.ts';

/** The wait for the end of a container stops when the signal is aborted, if it is pointless then. */
export type Patience = { readonly signal: AbortSignal; readonly isPointless: () => boolean };

/** Ends a container on request, as `endRun` does: its restart policy does not start it again. */
export const stopContainer = async (
  context: Context,
  record: ContainerRecord,
  timeout?: number,
  patience?: Patience,
  cause?: StopCause,
): ReturnType<typeof endRun> => {
  await noteStop(context, record.name, cause);
  return endRun(context, record, timeout, patience);
};

/**
 * Sends the stop signal, and SIGKILL after the grace period. Resolves at the end, or when the wait is pointless: then
 * SIGKILL is not sent. `forced` means that SIGKILL was needed.
 */
export const endRun = async (
  context: Context,
  record: ContainerRecord,
  timeout = record.definition.stopGracePeriod,
  patience?: Patience,
): Promise<{ readonly forced: boolean; readonly hasEnded: boolean }> => {
  const running = context.running.get(record.name);
  if (!running) return { forced: false, hasEnded: true };
  let forced = false;
  signalContainer(context, record.name, record.definition.stopSignal);
  const timer = setTimeout(() => {
    forced = true;
    signalContainer(context, record.name, 'SIGKILL');
  }, timerDelay(timeout));
  const stop = new AbortController();
  const hasEnded = await Promise.race([running.ended.then(() => true), lossOf(patience, stop.signal)]);
  stop.abort();
  clearTimeout(timer);
  return { forced, hasEnded };
};

/** `over` ends the wait for it. */
const lossOf = (patience: Patience | undefined, over: AbortSignal): Promise<false> =>
  new Promise((resolve) => {
    const look = (): void => {
      if (patience?.isPointless()) resolve(false);
    };
    if (patience?.signal.aborted) look();
    patience?.signal.addEventListener('abort', look, { once: true, signal: over });
  });

/**
 * `signal` in any form that `parseSignal` accepts; throws a Problem otherwise. A paused container is thawed, as in
 * Docker. False if the container does not run.
 */
const signalContainer = (context: Context, name: string, signal: string): boolean => {
  const { number } = requireSignal(signal);
  const isSent = context.running.get(name)?.signal(number) ?? false;
  if (!isSent) return false;
  thawIfPaused(context, name);
  const container = context.record.containers[name];
  if (container && number === constants.signals.SIGKILL)
    endSelfFrozen(context.host.cgroups, cgroupOf(context.record.name, container));
  return true;
};

/** Sends a signal on request; one that stops a container ends the wait for a restart as well. False if there was neither. */
export const killContainer = async (context: Context, name: string, signal: string): Promise<boolean> => {
  const { state, definition } = context.record.containers[name]!;
  if (!isStop(signal, definition.stopSignal)) return signalContainer(context, name, signal);
  await noteStop(context, name);
  return signalContainer(context, name, signal) || isRestarting(state);
};
