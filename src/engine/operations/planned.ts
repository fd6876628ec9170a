import type { PlannedOperation } from '../../api/events.ts';
import type { Operation } from '../../plan/plan.ts';

/** An operation as shown to callers. */
export const planned = (operation: Operation): PlannedOperation => {
  const { id, kind, name, verb, because } = operation;
  if (operation.kind !== 'container') return { id, kind, name, verb, because };
  const { container, recreates } = operation;
  const condition = operation.verb === 'wait' ? { condition: operation.condition } : {};
  return {
    id,
    kind,
    name: container,
    verb,
    because,
    ...condition,
    ...(recreates === undefined ? {} : { recreates }),
  };
};
