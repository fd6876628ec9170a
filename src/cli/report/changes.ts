import type { Event, PlannedOperation, Unchanged } from '../../api/events.ts';
import {
  beginning,
  failure,
  type News,
  notUndone,
  outcome,
  resourceOf,
  restart,
  sentence,
  unchanged,
  undoing,
} from './outcomes.ts';

/** A change of state of one resource. */
export type Change = {
  readonly resource: string;
  readonly state: 'waiting' | 'busy' | 'held' | 'done' | 'failed' | 'skipped' | 'undone';
  /** A sentence about the resource: `Container app-web-1 Starting`. */
  readonly text: string;
  /** The text that represents the resource from now on, if it differs from `text`. */
  readonly title?: string;
};

/** Follows the events of one call; events name operations by number, so the plan is kept. */
export function followChanges(): (event: Event) => readonly Change[] {
  const operations = new Map<number, PlannedOperation>();
  /** The last text of each failed resource. */
  const failures = new Map<string, string>();
  const skipped = new Set<string>();
  /** Why the stop of a replaced container took long, by resource. */
  const stops = new Map<string, string>();
  /** The containers that are waited for, and whether one of them was seen to restart. */
  const awaited = new Map<string, boolean>();

  const change = (
    id: number,
    state: Change['state'],
    describe: (operation: PlannedOperation) => News | undefined,
  ): readonly Change[] => {
    const operation = operations.get(id);
    const news = operation && describe(operation);
    if (!operation || !news) return [];
    const resource = resourceOf(operation);
    const text = sentence(resource, news);
    const failed = failures.get(resource);
    if (state === 'failed') failures.set(resource, text);
    // A failed resource stays failed, even if its operations are undone.
    if (failed === undefined || state !== 'undone') return [{ resource, state, text }];
    const title = operation.recreates ? text : `${failed}, undone`;
    return [{ resource, state: 'failed', text, title }];
  };

  /** It may take long, so every form of output shows that it has begun. */
  const isWait = (id: number): boolean => operations.get(id)?.verb === 'wait';

  const skip = (operation: PlannedOperation, because: string): News | undefined => {
    const resource = resourceOf(operation);
    // A replaced container that is needed again is not removed.
    const isReplaced = operation.recreates && operation.verb === 'remove';
    if (isReplaced || failures.has(resource) || skipped.has(resource)) return undefined;
    skipped.add(resource);
    return { word: 'Skipped', detail: because };
  };

  /** A recreate is told as one; containers that used up the grace period are named all the same. */
  const endOf = (operation: PlannedOperation, detail: string | undefined): string | undefined => {
    const resource = resourceOf(operation);
    if (operation.recreates && operation.verb === 'stop' && detail !== undefined) stops.set(resource, detail);
    return detail ?? (operation.verb === 'rename' ? stops.get(resource) : undefined);
  };

  /** It may go on for ever: each form of output says so, those of lines once. */
  const restarting = ({ container, exitCode }: Restarting): readonly Change[] => {
    const hasBeenSaid = awaited.get(container);
    if (hasBeenSaid === undefined) return [];
    awaited.set(container, true);
    const { resource, ...news } = restart(container, exitCode);
    return [{ resource, state: hasBeenSaid ? 'busy' : 'held', text: sentence(resource, news) }];
  };

  return (event) => {
    awaitedIn(operations, awaited, event);
    switch (event.type) {
      case 'plan':
        for (const operation of event.operations) operations.set(operation.id, operation);
        return [...event.unchanged.map(unchangedResource), ...waitingResources(event.operations)];
      case 'operation.started':
        return change(event.id, isWait(event.id) ? 'held' : 'busy', beginning);
      case 'operation.done':
        return change(event.id, 'done', (operation) => outcome(operation, endOf(operation, event.detail)));
      case 'operation.failed':
        return change(event.id, 'failed', failure);
      case 'operation.skipped':
        return change(event.id, 'skipped', (operation) => skip(operation, event.because));
      case 'undone':
        return change(event.id, 'undone', (operation) =>
          undoing(operation, event.detail, failures.has(resourceOf(operation))),
        );
      case 'undo.failed':
        return change(event.id, 'failed', () => notUndone);
      case 'container.restarting':
        return restarting(event);
      case 'container.created':
      case 'container.failed':
      case 'container.started':
      case 'container.exited':
      case 'container.health':
      case 'container.paused':
      case 'container.unpaused':
      case 'container.removed':
      case 'diagnostic':
      case 'end':
        return [];
      default:
        return event satisfies never;
    }
  };
}

type Restarting = Extract<Event, { readonly type: 'container.restarting' }>;

function awaitedIn(
  operations: ReadonlyMap<number, PlannedOperation>,
  awaited: Map<string, boolean>,
  event: Event,
): void {
  const operation = 'id' in event && typeof event.id === 'number' ? operations.get(event.id) : undefined;
  if (operation?.verb !== 'wait') return;
  if (event.type === 'operation.started') awaited.set(operation.name, false);
  else awaited.delete(operation.name);
}

function unchangedResource(container: Unchanged): Change {
  const { resource, ...news } = unchanged(container);
  return { resource, state: 'done', text: sentence(resource, news) };
}

function waitingResources(operations: readonly PlannedOperation[]): readonly Change[] {
  const resources = new Set(operations.map(resourceOf));
  return [...resources].map((resource) => ({ resource, state: 'waiting', text: resource }));
}
