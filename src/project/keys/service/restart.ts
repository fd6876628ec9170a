import { readRestart } from '../../scalars/restart.ts';
import type { Value } from '../value.ts';
import { text } from '../values.ts';

export const key: Value = {
  ...text(readRestart),
  unsupported: 'what to do when the service ends',
  honoured: ['no'],
};
