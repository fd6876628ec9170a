import type * as z from 'zod';
import { lazy } from '../../base/lazy.ts';
import type { Path } from '../tree/path.ts';
import { mapping, schemaOf } from './kinds.ts';
import { servicesByName } from './parts/by-name.ts';
import { serviceWith } from './service.ts';
import { serviceKeys } from './service-keys.ts';
import { topLevelKeys } from './top-level-keys.ts';
import { asMergedTemplate, asTemplate, type Keys, type Value, valueBelow } from './value.ts';

/** A Compose file with every key that it may have. */
export const composeFile: Value = fileWith(topLevelKeys);

/** The same for files whose variables are not replaced. */
const composeTemplate = lazy(() => asTemplate(composeFile));

/** The rules for long forms of such files once they are merged. */
export const mergedTemplate = lazy(() => asMergedTemplate(composeFile));

/** The rules for long forms and for merging. */
export function rulesFor(wants: (phase: 'interpolation') => boolean): Value {
  return wants('interpolation') ? composeFile : composeTemplate();
}

/** The value that may stand at a path of a file. */
export function valueAt(path: Path, file = composeFile): Value | undefined {
  return path.reduce<Value | undefined>(valueBelow, file);
}

/** The keys that a file has at the top and in its services; schemas of others are not needed to check it. */
export type Occurring = { readonly topLevel: ReadonlySet<string>; readonly service: ReadonlySet<string> };

/** The schema of a file with these keys. */
export function schemaFor(occurring: Occurring): z.ZodType {
  const services = servicesByName(serviceWith(only(serviceKeys, occurring.service)));
  return schemaOf(fileWith(only({ ...topLevelKeys, services }, occurring.topLevel)));
}

function fileWith(keys: Keys): Value {
  return mapping('Compose file', keys);
}

function only(keys: Keys, wanted: ReadonlySet<string>): Keys {
  return Object.fromEntries(Object.entries(keys).filter(([key]) => wanted.has(key)));
}
