import { hosts } from '../parts/extra-hosts.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...hosts(),
  description: 'Further lines of /etc/hosts while building.',
};
