import { CANCELLED } from '../../api/events.ts';
import { type Diagnostic, Problem } from '../../base/diagnostic.ts';
import { cancellationOf } from '../context/calls.ts';

/** Thrown by an operation that a cancelled call does not wait for any more. */
export class Abandoned extends Error {
  /** The condition that was waited for. */
  readonly found: Found;

  constructor(found: Found = {}) {
    super();
    this.found = found;
  }
}

/** The text about the resource of an operation that is not done: it may be gone soon. */
export type Found = Pick<Diagnostic, 'facts' | 'notes'>;

/** The diagnostic of a cancelled call. */
export const cancelled = (
  signal: AbortSignal,
  isUndone: boolean,
  abandoned: readonly Found[] = [],
): Diagnostic => {
  const command = cancellationOf(signal)?.command;
  const facts = abandoned.flatMap((found) => found.facts ?? []);
  const notes = [
    ...abandoned.flatMap((found) => found.notes ?? []),
    ...(isUndone ? ['the changes of this command are undone'] : []),
  ];
  return {
    severity: 'error',
    code: 'cancelled',
    message: command === undefined ? 'interrupted' : `cancelled by \`tscompose ${command}\``,
    ...(facts.length > 0 && { facts }),
    ...(notes.length > 0 && { notes }),
    exitCode: CANCELLED,
  };
};

/** Throws a Problem if the call was cancelled before it has changed anything. */
export const refuseCancelled = (signal: AbortSignal): void => {
  if (signal.aborted) throw new Problem(cancelled(signal, false));
};
