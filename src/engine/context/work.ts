import { availableParallelism } from 'node:os';
import { Queue } from '../../base/queue.ts';

/** The work of the supervisor, and its order. */
export type Work = {
  /** Whether a change is in progress; its caller may have disconnected. */
  readonly isBusy: () => boolean;
  /** Keeps the supervisor running until the work is done. */
  readonly busyWhile: <Result>(work: () => Promise<Result>) => Promise<Result>;
  /** Calls back each time the last change ends. */
  readonly onQuiet: (listener: () => void) => void;
  /** Calls that change the project run one after the other: a second `up` finds the result of the first. */
  readonly inTurn: <Result>(call: () => Promise<Result>) => Promise<Result>;
  /** The queue of starts, with a limit on concurrent ones. */
  readonly starts: Queue;
  /**
   * A start blocks this process for some milliseconds. Between two starts the event loop handles everything else:
   * started and failed containers, output, other calls.
   */
  readonly nextTurn: () => Promise<void>;
};

export const openWork = (): Work => {
  const listeners = new Set<() => void>();
  let count = 0;
  let call: Promise<unknown> = Promise.resolve();
  let turn: Promise<void> = Promise.resolve();
  return {
    isBusy: () => count > 0,
    busyWhile: async (work) => {
      count++;
      try {
        return await work();
      } finally {
        count--;
        if (count === 0) for (const listener of listeners) setImmediate(listener);
      }
    },
    onQuiet: (listener) => void listeners.add(listener),
    inTurn: (next) => {
      const result = call.then(next);
      call = result.catch(() => {});
      return result;
    },
    starts: new Queue(STARTS_AT_ONCE),
    nextTurn: () => {
      turn = turn.then(() => new Promise((resolve) => void setImmediate(resolve)));
      return turn;
    },
  };
};

// A start waits for processors and for locks of the kernel, so more concurrent starts only wait for each other. Two on
// a machine with one processor, because the kernel has pauses of its own.
const STARTS_AT_ONCE = Math.min(8, Math.max(2, availableParallelism()));
