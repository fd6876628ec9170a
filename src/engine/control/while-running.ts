import type { Writable } from 'node:stream';
import { timerDelay } from '../../base/node/timer-delay.ts';
import type { Context } from '../context/context.ts';

type Reading = {
  readonly listener: Writable;
  /** The time of the last call, in milliseconds. */
  readonly until?: number;
};

/**
 * Calls `read` after each output of the container and waits for it, until the container has ended, the listener has
 * disconnected, or the time has come; only once, immediately, if the container does not run.
 */
export const whileRunning = async (
  context: Context,
  name: string,
  { listener, until = Number.POSITIVE_INFINITY }: Reading,
  read: () => Promise<void>,
): Promise<void> => {
  const running = context.running.get(name);
  let isOver = running === undefined;
  let isStale = true;
  let wake = (): void => {};
  const look = (): void => {
    isStale = true;
    wake();
  };
  const stop = running?.logs?.onGrowth(look) ?? running?.terminal?.onOutput(look) ?? (() => {});
  listener.once('close', look);
  const end = (): void => {
    isOver = true;
    look();
  };
  void running?.ended.then(end);
  const stopTimer = at(until, end);
  while (!listener.destroyed) {
    if (!isStale)
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    isStale = false;
    const isLast = isOver;
    await read();
    if (isLast) break;
  }
  stop();
  stopTimer();
  listener.off('close', look);
};

/** Calls `act` at a time; returns what cancels that. */
const at = (time: number, act: () => void): (() => void) => {
  if (time === Number.POSITIVE_INFINITY) return () => {};
  const left = timerDelay(time - Date.now());
  let cancel = (): void => clearTimeout(timer);
  const timer = setTimeout(() => {
    if (Date.now() >= time) act();
    else cancel = at(time, act);
  }, left);
  return () => cancel();
};
