import { readContainerName } from '../../scalars/names.ts';
import type { ServiceKey } from '../service-key.ts';
import { text } from '../values.ts';

export const key: ServiceKey<string> = {
  ...text(readContainerName),
  description: 'Name of the container, `<project>-<service>-1` by default.',
  model: (containerName) => ({ containerName }),
};
