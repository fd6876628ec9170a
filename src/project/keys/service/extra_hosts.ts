import { parsedValue } from '../../scalars/flaw.ts';
import { readHostLine } from '../../scalars/network/hosts.ts';
import { hosts } from '../parts/extra-hosts.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<readonly string[]> = {
  ...hosts(),
  description: 'Additional lines of /etc/hosts: `name=address`; `host-gateway` is the address of the host.',
  model: (lines) => ({ extraHosts: lines.map((line) => parsedValue(readHostLine(line))) }),
};
