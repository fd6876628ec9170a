import { change } from '../change.ts';
import type { Run } from '../command-context.ts';

/** Stopping what does not run is no error. */
export const stop: Run<'stop'> = ({ context, options: { timeout }, operands }) =>
  change(context, 'stop', { services: operands, ...(timeout !== undefined && { timeout }) }, () => 0);
