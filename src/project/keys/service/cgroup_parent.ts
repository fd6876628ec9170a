import { parsedValue } from '../../scalars/flaw.ts';
import { readCgroupParent } from '../../scalars/namespaces.ts';
import { orNothing, text } from '../kinds.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<string> = {
  ...orNothing(text(readCgroupParent)),
  description: 'Cgroup below which the container stands, made when it is missing.',
  model: (path) => ({ cgroupParent: parsedValue(readCgroupParent(path)) || undefined }),
};
