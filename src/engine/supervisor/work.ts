import { availableParallelism } from 'node:os';
import { Queue } from '../../base/queue.ts';

/** What the supervisor is doing, and in which order. */
export type Work = {
  /** Whether something is being changed; its caller may be gone by now. */
  readonly isBusy: () => boolean;
  /** Keeps the supervisor here until the work is done. */
  readonly busyWhile: <Result>(work: () => Promise<Result>) => Promise<Result>;
  /** Calls back each time that nothing is being changed any more. */
  readonly onQuiet: (listener: () => void) => void;
  /** Calls that change the project wait for each other: a second `up` finds what the first has made. */
  readonly inTurn: <Result>(call: () => Promise<Result>) => Promise<Result>;
  /** Starts of containers that go on at once. */
  readonly starts: Queue;
  /**
   * A start keeps this process busy for some milliseconds. Between two of them it sees to everything else: to what
   * has started or failed, to output, to other calls.
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

// What a start waits for is the machine's: processors, and locks of the kernel, for which more starts at once only wait
// in each other's way. Two, where there is one processor: the kernel has pauses of its own.
const STARTS_AT_ONCE = Math.min(8, Math.max(2, availableParallelism()));
