import { servicesByName } from '../parts/by-name.ts';
import { service } from '../service.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...servicesByName(service),
  blank: {},
  description: 'The services, each of which runs in a container of its own.',
};
