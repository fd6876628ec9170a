import type { PlannedOperation } from '../../api/events.ts';
import type { Operation } from '../../plan/plan.ts';

/** An operation as those see it who only watch. */
export const planned = ({ id, kind, name, verb, because }: Operation): PlannedOperation => ({
  id,
  kind,
  name,
  verb,
  because,
});
