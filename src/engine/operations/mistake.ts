import type { Diagnostic } from '../../base/diagnostic.ts';

/** What a mistake of ours is for the user; its stack goes into the supervisor's log. */
export const mistake = (error: unknown): Diagnostic => {
  process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  return { severity: 'error', code: 'step-failed', message: `tscompose itself failed: ${error}` };
};
