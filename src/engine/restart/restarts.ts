import { timerDelay } from '../../base/node/timer-delay.ts';
import type { Work } from '../context/work.ts';

/** The containers that wait to be started again, by name. */
export type Restarts = {
  /** Whether a container waits, or is being started again. */
  readonly arePending: () => boolean;
  /** Starts a container again after a delay in milliseconds. */
  readonly schedule: (name: string, delay: number) => void;
  /** Ends the wait of a container; resolves when a start in progress is over. */
  readonly cancel: (name: string) => Promise<void>;
};

/** Starts a container again and handles its failure. The signal is aborted when something else decides about it. */
export type StartAgain = (name: string, signal: AbortSignal) => Promise<void>;

type Pending = {
  readonly controller: AbortController;
  readonly timer: NodeJS.Timeout;
  start?: Promise<void>;
};

/** Restarts take their turns in the queue of all starts. */
export const openRestarts = (work: Work, startAgain: StartAgain): Restarts => {
  const pending = new Map<string, Pending>();
  const cancel = (name: string): Pending | undefined => {
    const found = pending.get(name);
    clearTimeout(found?.timer);
    found?.controller.abort();
    pending.delete(name);
    return found;
  };
  const start = async (name: string, own: Pending): Promise<void> => {
    const { signal } = own.controller;
    await work.nextTurn();
    await work.starts.run(async () => {
      if (signal.aborted) return;
      own.start = startAgain(name, signal);
      await own.start;
      // It may have ended already, and wait for the next restart.
      if (pending.get(name) === own) pending.delete(name);
    });
  };
  return {
    arePending: () => pending.size > 0,
    schedule: (name, delay) => {
      cancel(name);
      const due = (): void => void work.busyWhile(() => start(name, own));
      const own: Pending = {
        controller: new AbortController(),
        timer: setTimeout(due, timerDelay(delay)),
      };
      pending.set(name, own);
    },
    cancel: async (name) => {
      await cancel(name)?.start;
    },
  };
};
