import { readUser } from '../../scalars/user.ts';
import { asUser } from '../parts/user.ts';
import type { ServiceKey } from '../service-key.ts';
import { scalar } from '../values.ts';

export const key: ServiceKey<string> = {
  ...scalar(readUser),
  longForm: asUser,
  description: 'User that runs the command: `uid[:gid]` or `name[:group]`.',
  model: (user) => ({ user: user || undefined }),
};
