import { mapping, orNothing } from '../kinds.ts';
import { byName } from '../parts/by-name.ts';
import { asResource } from '../parts/resource.ts';
import type { Value } from '../value.ts';
import { volumeKeys } from '../volume-keys.ts';

const volume: Value = { ...orNothing(mapping('volume', volumeKeys)), longForm: asResource };

export const key: Value = {
  ...byName(volume),
  unsupported: 'named volumes',
};
