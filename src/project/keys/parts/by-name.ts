import * as z from 'zod';
import { resourceName } from '../../scalars/names.ts';
import { orNothing, schemaOf } from '../kinds.ts';
import { emptyMapping } from '../long-forms.ts';
import type { Value } from '../value.ts';

/** Networks, volumes and the like by their name; there may be none. */
export function byName(each: Value): Value {
  return { ...orNothing(servicesByName(each)), longForm: emptyMapping };
}

/** Services by their name. */
export function servicesByName(each: Value): Value {
  return { each, schema: () => z.record(z.string().regex(resourceName), schemaOf(each)) };
}
