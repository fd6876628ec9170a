import { readUser, withoutEmptyParts } from '../../scalars/user.ts';
import { scalar } from '../kinds.ts';
import { asUser } from '../parts/decimal-user.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<string> = {
  ...scalar(readUser),
  longForm: asUser,
  description: 'User that runs the command: `uid[:gid]` or `name[:group]`.',
  model: (user) => ({ user: withoutEmptyParts(user) }),
};
