import { boolean } from '../kinds.ts';
import type { NetworkKey } from '../network-key.ts';

export const key: NetworkKey<boolean> = {
  ...boolean(),
  keepsZero: true,
  description: 'IPv4 addresses, `true` by default.',
  model: (value) => (value ? {} : { ipv4: false }),
};
