import { renameExtensions } from './extensions.ts';
import { mapping } from './kinds.ts';
import { serviceKeys } from './service-keys.ts';
import type { Keys, Value } from './value.ts';

/** A service, as far as it has these keys. */
export function serviceWith(keys: Keys): Value {
  return { ...mapping('service', keys), longForm: renameExtensions };
}

export const service: Value = serviceWith(serviceKeys);
