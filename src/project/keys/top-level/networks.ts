import { mapping, orNothing } from '../kinds.ts';
import { networkKeys } from '../network-keys.ts';
import { byName } from '../parts/by-name.ts';
import { asResource } from '../parts/resource.ts';
import type { Value } from '../value.ts';

const network: Value = {
  ...orNothing(mapping('network', networkKeys)),
  longForm: asResource,
  templateForm: asResource,
  description: 'A network that services share.',
};

export const key: Value = { ...byName(network), description: 'The networks that services join.' };
