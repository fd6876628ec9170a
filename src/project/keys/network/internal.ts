import { boolean } from '../kinds.ts';
import type { NetworkKey } from '../network-key.ts';

export const key: NetworkKey<boolean> = {
  ...boolean(),
  description: 'Without a way out of the network and into it, except for the host.',
  model: (value) => (value ? { internal: true } : {}),
};
