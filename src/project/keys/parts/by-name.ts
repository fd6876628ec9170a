import * as z from 'zod';
import { resourceName } from '../../scalars/names.ts';
import { schemaOf } from '../kinds.ts';
import { emptyMapping } from '../long-forms.ts';
import type { Value } from '../value.ts';

/** Services, networks and the like by their name. */
export function byName(each: Value): Value {
  const name = () => z.string().regex(resourceName);
  return {
    each,
    schema: () => z.union([z.record(name(), schemaOf(each)), z.null()]),
    longForm: emptyMapping,
  };
}
