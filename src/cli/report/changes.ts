import type { Event, PlannedOperation, Unchanged } from '../../api/events.ts';
import {
  beginning,
  failure,
  type News,
  notUndone,
  outcome,
  resourceOf,
  sentence,
  unchanged,
  undoing,
} from './outcomes.ts';

/** A change of state of one resource. */
export type Change = {
  readonly resource: string;
  readonly state: 'waiting' | 'busy' | 'done' | 'failed' | 'skipped' | 'undone';
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

  const skip = (operation: PlannedOperation, because: string): News | undefined => {
    const resource = resourceOf(operation);
    // A replaced container that is needed again is not removed.
    const isReplaced = operation.recreates && operation.verb === 'remove';
    if (isReplaced || failures.has(resource) || skipped.has(resource)) return undefined;
    skipped.add(resource);
    return { word: 'Skipped', detail: because };
  };

  return (event) => {
    switch (event.type) {
      case 'plan':
        for (const operation of event.operations) operations.set(operation.id, operation);
        return [...event.unchanged.map(unchangedResource), ...waitingResources(event.operations)];
      case 'operation.started':
        return change(event.id, 'busy', beginning);
      case 'operation.done':
        return change(event.id, 'done', (operation) => outcome(operation, event.detail));
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
      case 'container.created':
      case 'container.failed':
      case 'container.started':
      case 'container.exited':
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

function unchangedResource(container: Unchanged): Change {
  const { resource, ...news } = unchanged(container);
  return { resource, state: 'done', text: sentence(resource, news) };
}

function waitingResources(operations: readonly PlannedOperation[]): readonly Change[] {
  const resources = new Set(operations.map(resourceOf));
  return [...resources].map((resource) => ({ resource, state: 'waiting', text: resource }));
}
