import type { Diagnostic } from '../../base/diagnostic.ts';
import { complain } from '../context/complain.ts';

/** The diagnostic of an internal error; its stack is in the supervisor's log. */
export const mistake = (error: unknown): Diagnostic => {
  complain(`${error instanceof Error ? error.stack : error}`);
  return { severity: 'error', code: 'step-failed', message: `tscompose itself failed: ${error}` };
};
