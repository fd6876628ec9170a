import { change } from '../change.ts';
import type { Run } from '../command-context.ts';
import { noContainer } from '../no-container.ts';

export const restart: Run<'restart'> = ({ context, options: { timeout }, operands }) =>
  change(context, 'restart', { services: operands, ...(timeout !== undefined && { timeout }) }, noContainer);
