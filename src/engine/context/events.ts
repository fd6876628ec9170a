import type { At, Event } from '../../api/events.ts';

/** The events of the project's containers, for all listeners. */
export type Events = {
  readonly emit: (event: Event) => void;
  /** Returns a function that ends it. */
  readonly listen: (listener: (event: Event & At) => void) => () => void;
  /**
   * The latest events after a moment of CLOCK_MONOTONIC in nanoseconds, oldest first. Who listened to a supervisor that
   * was killed finds here what the next one has told before it could be asked: how containers have ended meanwhile.
   */
  readonly after: (at: number) => readonly Event[];
};

export const openEvents = (now = (): number => Number(process.hrtime.bigint())): Events => {
  const listeners = new Set<(event: Event & At) => void>();
  const latest: (Event & At)[] = [];
  return {
    emit: (event) => {
      const told = { ...event, at: now() };
      if (latest.push(told) > MOST_KEPT) latest.shift();
      for (const listener of listeners) listener(told);
    },
    listen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    after: (since) => latest.filter(({ at }) => at > since),
  };
};

/** The ends of many containers at once; 256 in Docker. */
const MOST_KEPT = 1024;
