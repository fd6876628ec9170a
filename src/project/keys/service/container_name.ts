import { readContainerName } from '../../scalars/names.ts';
import { text } from '../kinds.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<string> = {
  ...text(readContainerName),
  description: 'Name of the container, `<project>-<service>-1` by default.',
  model: (containerName) => ({ containerName }),
};
