import { CANCELLED } from '../../api/events.ts';
import { type Diagnostic, Problem } from '../../base/diagnostic.ts';
import { cancellationOf } from '../supervisor/calls.ts';

/** Thrown by an operation that a cancelled call does not wait for any more. */
export class Abandoned extends Error {}

/** The diagnostic of a cancelled call. */
export const cancelled = (signal: AbortSignal, isUndone: boolean): Diagnostic => {
  const command = cancellationOf(signal)?.command;
  return {
    severity: 'error',
    code: 'cancelled',
    message: command === undefined ? 'interrupted' : `cancelled by \`tscompose ${command}\``,
    ...(isUndone && { notes: ['the changes of this command are undone'] }),
    exitCode: CANCELLED,
  };
};

/** Throws a Problem if the call was cancelled before it has changed anything. */
export const refuseCancelled = (signal: AbortSignal): void => {
  if (signal.aborted) throw new Problem(cancelled(signal, false));
};
