import type { Event } from '../../api/events.ts';

type Exit = { readonly exitCode: number; readonly oomKilled: boolean };

/** The restarts of containers by their policies, by the events of the supervisor. */
export type ObservedRestarts = {
  readonly event: (event: Event) => void;
  /** The exits of a container before a restart that were not asked for yet. */
  readonly exits: (container: string) => readonly Exit[];
  /** Resolves with true when a container that waits for its restart runs, with false when its wait ends otherwise. */
  readonly next: (container: string) => Promise<boolean>;
};

export function restartsOf(): ObservedRestarts {
  const exits = new Map<string, Exit[]>();
  /** Whether a container has started since its last exit. */
  const runs = new Map<string, boolean>();
  const waiting = new Map<string, (isRunning: boolean) => void>();

  const settle = (container: string, isRunning: boolean) => {
    runs.set(container, isRunning);
    waiting.get(container)?.(isRunning);
    waiting.delete(container);
  };

  return {
    event: (event) => {
      if (event.type === 'container.started') settle(event.container, true);
      if (event.type === 'container.removed') settle(event.container, false);
      if (event.type !== 'container.exited') return;
      if (!event.restarts) return settle(event.container, false);
      runs.delete(event.container);
      exits.set(event.container, [...(exits.get(event.container) ?? []), event]);
    },
    exits: (container) => {
      const found = exits.get(container) ?? [];
      exits.delete(container);
      return found;
    },
    next: (container) => {
      // The list that says it waits may be older than the last event.
      const isRunning = runs.get(container);
      if (isRunning !== undefined) return Promise.resolve(isRunning);
      return new Promise((resolve) => waiting.set(container, resolve));
    },
  };
}
