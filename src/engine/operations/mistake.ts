import { type Diagnostic, Problem } from '../../base/diagnostic.ts';
import { stackOf } from '../../base/node/stack.ts';
import { complain } from '../context/complain.ts';
import { storageError } from '../directories/storage.ts';

/** The diagnostic of an error that nobody expects; its stack is in the supervisor's log. A full disk is no mistake. */
export const mistake = (error: unknown): Diagnostic => {
  const { path, dest = path } = (error ?? {}) as { readonly path?: string; readonly dest?: string };
  const full = dest === undefined ? error : storageError(dest, error);
  if (full instanceof Problem) return full.diagnostics[0]!;
  complain(stackOf(error));
  return { severity: 'error', code: 'step-failed', message: `tscompose itself failed: ${error}` };
};
