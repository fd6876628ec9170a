import { parsedValue } from '../../scalars/flaw.ts';
import { readCgroupParent } from '../../scalars/namespaces.ts';
import { orNothing, text } from '../kinds.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<string> = {
  ...orNothing(text(readCgroupParent)),
  description: 'Parent cgroup of the container, created if it is missing.',
  model: (path) => ({ cgroupParent: parsedValue(readCgroupParent(path)) || undefined }),
};
