import type { NetworkKey } from '../network-key.ts';
import { external } from '../parts/resource.ts';

export const key: NetworkKey<boolean> = {
  ...external,
  description: 'Whether the network exists outside the project.',
  model: (value) => (value ? { external: true } : {}),
};
