import { change } from '../change.ts';
import type { Run } from '../command-context.ts';
import { noContainer } from '../no-container.ts';

export const start: Run<'start'> = ({ context, operands }) =>
  change(context, 'start', { services: operands }, noContainer);
