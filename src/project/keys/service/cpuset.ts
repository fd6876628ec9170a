import { readCpuset } from '../../scalars/cpuset.ts';
import { orEmpty, parsedValue } from '../../scalars/flaw.ts';
import type { Tree } from '../../tree/tree.ts';
import { scalar } from '../kinds.ts';
import { mapScalar } from '../long-forms.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<string> = {
  ...scalar(orEmpty(readCpuset)),
  longForm: asCpuset,
  description: 'The CPUs that the service may run on, such as `0-3,7`.',
  model: (cpuset) => ({ limits: { cpuset } }),
};

function asCpuset(tree: Tree): Tree {
  return mapScalar(tree, (value) => parsedValue(orEmpty(readCpuset)(value as number | string)));
}
