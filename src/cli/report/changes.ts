import type { Event, PlannedOperation } from '../../api/events.ts';
import { failure, outcome, presentTense, resourceOf } from './outcomes.ts';

/** What is new about one resource. */
export type Change = {
  readonly resource: string;
  readonly state: 'waiting' | 'busy' | 'done' | 'failed' | 'skipped' | 'undone';
  /** For people, and with the resource's name: `web-1 starting`. */
  readonly text: string;
};

/** Follows the events of one call; operations are known by number, so the plan is kept. */
export function followChanges(): (event: Event) => readonly Change[] {
  const operations = new Map<number, PlannedOperation>();
  /** What has failed or is undone already: taking back its other operations is no news. */
  const over = new Set<string>();

  const change = (id: number, state: Change['state'], describe: (operation: PlannedOperation) => string) => {
    const operation = operations.get(id);
    return operation ? [{ resource: resourceOf(operation), state, text: describe(operation) }] : [];
  };

  const undo = (name: string): readonly Change[] => {
    const operation = [...operations.values()].find((each) => each.name === name);
    const resource = operation ? resourceOf(operation) : name;
    if (over.has(resource)) return [];
    over.add(resource);
    return [{ resource, state: 'undone', text: `${resource} undone` }];
  };

  const fail = (operation: PlannedOperation, undone: boolean): string => {
    over.add(resourceOf(operation));
    return failure(operation, undone);
  };

  return (event) => {
    switch (event.type) {
      case 'plan':
        for (const operation of event.operations) operations.set(operation.id, operation);
        return [...new Set(event.operations.map(resourceOf))].map((resource) => ({
          resource,
          state: 'waiting',
          text: resource,
        }));
      case 'operation.started':
        return change(event.id, 'busy', (operation) => `${resourceOf(operation)} ${presentTense(operation)}`);
      case 'operation.done':
        return change(event.id, 'done', (operation) => outcome(operation, event.detail));
      case 'operation.failed':
        return change(event.id, 'failed', (operation) => fail(operation, event.undone));
      case 'operation.skipped':
        return change(
          event.id,
          'skipped',
          (operation) => `${resourceOf(operation)} skipped: ${event.because}`,
        );
      case 'undo':
        return undo(event.resource);
      case 'container.created':
      case 'container.failed':
      case 'container.started':
      case 'container.exited':
      case 'diagnostic':
      case 'end':
        return [];
      default:
        return event satisfies never;
    }
  };
}
