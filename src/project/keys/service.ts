import { renameExtensions } from './extensions.ts';
import { mapping, orNothing } from './kinds.ts';
import { emptyMapping } from './long-forms.ts';
import { serviceKeys } from './service-keys.ts';
import type { Keys, Value } from './value.ts';

/** A service, as far as it has these keys; with nothing behind its name it has none. */
export function serviceWith(keys: Keys): Value {
  return {
    ...orNothing(mapping('service', keys)),
    longForm: (tree, context) => renameExtensions(emptyMapping(tree), context),
    // Whether two that have variables are the same is not known.
    templateForm: (tree) => renameExtensions(emptyMapping(tree), { diagnostics: [] }),
  };
}

export const service: Value = serviceWith(serviceKeys);
