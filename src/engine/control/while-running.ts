import type { Writable } from 'node:stream';
import type { OpenLog } from '../logs/open-log.ts';
import type { Context } from '../supervisor/context.ts';

/**
 * Calls `read` after each output of the container and waits for it, until the container has ended or the listener has
 * disconnected; only once, immediately, if the container does not run.
 */
export const whileRunning = async (
  context: Context,
  name: string,
  listener: Writable,
  log: OpenLog,
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
  const onOutput = (): void => {
    // Opened at once, because `run --rm` deletes the log when the container has ended.
    log.open();
    look();
  };
  const stop = running?.logs?.onGrowth(onOutput) ?? running?.terminal?.onOutput(onOutput) ?? (() => {});
  listener.once('close', look);
  void running?.ended.then(() => {
    isOver = true;
    look();
  });
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
  listener.off('close', look);
};
