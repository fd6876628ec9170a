import { change } from '../change.ts';
import type { Run } from '../command-context.ts';

export const kill: Run<'kill'> = ({ context, options: { signal }, operands }) =>
  change(context, 'kill', { services: operands, signal }, () => 0);
