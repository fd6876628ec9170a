import { hooks } from '../parts/hook.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...hooks,
  unsupported: 'commands to run before the stop',
};
