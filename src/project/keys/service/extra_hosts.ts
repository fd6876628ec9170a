import { hosts } from '../parts/extra-hosts.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...hosts(),
  unsupported: 'additional lines of /etc/hosts',
};
