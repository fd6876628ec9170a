import { boolean } from '../kinds.ts';
import type { NetworkKey } from '../network-key.ts';

export const key: NetworkKey<boolean> = {
  ...boolean(),
  keepsZero: true,
  description: 'IPv6 addresses, from a unique local block of this machine unless `ipam` has one.',
  model: (value) => (value ? { ipv6: true } : {}),
};
