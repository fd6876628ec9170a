import { hosts } from '../parts/extra-hosts.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...hosts(),
  description: 'Additional lines of /etc/hosts while building.',
};
