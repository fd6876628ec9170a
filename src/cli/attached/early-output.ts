import type { Event, PlannedOperation } from '../../api/events.ts';

/**
 * A call of `up`, by its events: when the output of containers is to be printed although others are still to start. A
 * wait for a container, or for its end, takes as long as that container wants; all else is done in milliseconds.
 */
export type EarlyOutput = {
  readonly event: (event: Event) => void;
  readonly isDue: () => boolean;
  /** The containers that this call has started or found running. */
  readonly isThere: (container: { readonly Name: string }) => boolean;
  /** The containers that are there at its end. */
  readonly isMeant: (container: { readonly Name: string }) => boolean;
};

export function earlyOutput(): EarlyOutput {
  const operations = new Map<number, PlannedOperation>();
  const there = new Set<string>();
  const meant = new Set<string>();
  const slow = new Set<number>();
  let hasStarted = false;

  return {
    event: (event) => {
      switch (event.type) {
        case 'plan':
          for (const operation of event.operations) {
            operations.set(operation.id, operation);
            if (isStart(operation)) meant.add(operation.name);
          }
          for (const { container, state } of event.unchanged) {
            meant.add(container);
            if (state === 'running') there.add(container);
          }
          return;
        case 'operation.started':
          if (takesItsTime(operations.get(event.id))) slow.add(event.id);
          return;
        case 'operation.done': {
          slow.delete(event.id);
          const operation = operations.get(event.id);
          if (!operation || !isStart(operation)) return;
          hasStarted = true;
          there.add(operation.name);
          return;
        }
        case 'operation.failed':
          slow.delete(event.id);
          return;
        default:
          return;
      }
    },
    isDue: () => [...slow].some((id) => hasStarted || operations.get(id)?.verb === 'wait') && there.size > 0,
    isThere: ({ Name }) => there.has(Name),
    isMeant: ({ Name }) => meant.has(Name),
  };
}

function isStart({ kind, verb }: PlannedOperation): boolean {
  return kind === 'container' && (verb === 'start' || verb === 'restart');
}

function takesItsTime(operation: PlannedOperation | undefined): boolean {
  return operation?.verb === 'wait' || operation?.verb === 'stop';
}
