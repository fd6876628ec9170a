import type { Diagnostic } from '../../base/diagnostic.ts';
import { complain } from '../supervisor/complain.ts';

/** What a mistake of ours is for the user; its stack goes into the supervisor's log. */
export const mistake = (error: unknown): Diagnostic => {
  complain(`${error instanceof Error ? error.stack : error}`);
  return { severity: 'error', code: 'step-failed', message: `tscompose itself failed: ${error}` };
};
