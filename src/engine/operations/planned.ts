import type { PlannedOperation } from '../../api/events.ts';
import type { Operation } from '../../plan/plan.ts';

/** An operation as shown to callers. */
export const planned = (operation: Operation): PlannedOperation => {
  const { id, kind, name, verb, because } = operation;
  const recreates = operation.kind === 'container' ? operation.recreates : undefined;
  return { id, kind, name, verb, because, ...(recreates === undefined ? {} : { recreates }) };
};
