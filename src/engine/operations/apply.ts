import { type Diagnostic, Problem } from '../../base/diagnostic.ts';
import type { Operation, Plan } from '../../plan/plan.ts';
import type { Work } from '../context/work.ts';
import { Abandoned, cancelled, type Found } from './cancelled.ts';
import { mistake } from './mistake.ts';
import { planned } from './planned.ts';
import { type Tell, tellAll } from './tell.ts';
import { type Undo, type Undoable, undoAll } from './undo.ts';

/** The result of an operation. */
export type Done = {
  readonly detail?: string;
  readonly undo?: Undo;
  /** Why nothing was to be done, or why the operations behind it go on without it. */
  readonly skipped?: string;
};

/** `over` is aborted when the call is cancelled or another operation has failed. */
export type Perform = (operation: Operation, over: AbortSignal) => Promise<Done>;

export type Applied = {
  readonly problems: readonly Diagnostic[];
  /** The operations that were not carried out. */
  readonly skipped: readonly Operation[];
};

/**
 * Carries out a plan: every operation as soon as its dependencies are done. Makes no decisions. After a failure or a
 * cancellation no further operation starts, and the changes of this call are undone, last first, unless they are to be
 * kept.
 */
export const apply = async (
  work: Work,
  plan: Plan,
  perform: Perform,
  tell: Tell,
  signal: AbortSignal,
  { keepsFailed = false }: { readonly keepsFailed?: boolean } = {},
): Promise<Applied> => {
  tell({ type: 'plan', operations: plan.operations.map(planned), unchanged: plan.unchanged });
  const failed: { readonly operation: Operation; readonly problems: readonly Diagnostic[] }[] = [];
  const done: Undoable[] = [];
  const skipped: Operation[] = [];
  const abandoned: Found[] = [];
  const failure = new AbortController();
  const over = AbortSignal.any([signal, failure.signal]);
  let isFinal = false;
  const isCancelled = (): boolean => signal.aborted && !isFinal;
  const results = new Map<number, Promise<boolean>>();
  const run = async (operation: Operation): Promise<boolean> => {
    const before = await Promise.all(operation.dependsOn.map((id) => results.get(id)));
    await work.nextTurn();
    const because = reasonToSkip();
    if (because !== undefined || before.includes(false)) return skip(operation, because ?? 'cancelled');
    return operation.verb === 'start' ? work.starts.run(() => carryOut(operation)) : carryOut(operation);
  };
  const reasonToSkip = (): string | undefined =>
    failed.length > 0 ? 'another operation failed' : isCancelled() ? 'cancelled' : undefined;
  const skip = (operation: Operation, because: string): false => {
    skipped.push(operation);
    tell({ type: 'operation.skipped', id: operation.id, because });
    return false;
  };
  const carryOut = async (operation: Operation): Promise<boolean> => {
    if (isCancelled()) return skip(operation, 'cancelled');
    // The replaced container is removed now: an undo is no longer possible.
    if (operation.verb === 'remove' && operation.kind === 'container' && operation.isLast) {
      isFinal = true;
      done.length = 0;
    }
    const start = now();
    tell({ type: 'operation.started', id: operation.id, at: start });
    try {
      const { detail, undo, skipped } = await perform(operation, over);
      if (undo) done.push({ operation, undo });
      if (skipped !== undefined) {
        tell({ type: 'operation.skipped', id: operation.id, because: skipped });
        return true;
      }
      tell({
        type: 'operation.done',
        id: operation.id,
        ...since(start),
        ...(detail === undefined ? {} : { detail }),
      });
      return true;
    } catch (error) {
      if (error instanceof Abandoned) {
        abandoned.push(error.found);
        return skip(operation, reasonToSkip() ?? 'cancelled');
      }
      // An internal error fails the operation like a user's error, so that the changes are undone.
      const problems = error instanceof Problem ? error.diagnostics : [mistake(error)];
      failed.push({ operation, problems });
      tell({ type: 'operation.failed', id: operation.id, ...since(start) });
      failure.abort();
      return false;
    }
  };
  for (const operation of plan.operations) results.set(operation.id, run(operation));
  await Promise.all(results.values());
  if (failed.length === 0 && !isCancelled()) return { problems: [], skipped };
  const undoable = keepsFailed ? [] : done;
  const { problems: notUndone, outcomeOf } = await undoAll(undoable, tell);
  const causes =
    failed.length === 0
      ? [cancelled(signal, undoable.length > 0, abandoned)]
      : joined(failed.flatMap(({ operation, problems }) => withNote(problems, outcomeOf(operation))));
  return { problems: [...causes, ...notUndone], skipped };
};

/** Tells the operations of a plan as if they were carried out; returns the exit status. */
export const pretend = async (work: Work, plan: Plan, tell: Tell, signal: AbortSignal): Promise<number> => {
  const show: Perform = async ({ because }) => ({ detail: because });
  const { problems } = await apply(work, plan, show, tell, signal);
  return tellAll(problems, tell);
};

/** One diagnostic for those that say the same about no place, with all of their facts and notes. */
const joined = (diagnostics: readonly Diagnostic[]): readonly Diagnostic[] => {
  const byMessage = new Map<string, Diagnostic>();
  for (const diagnostic of diagnostics) {
    const { code, message, from = '' } = diagnostic;
    const key = `${code} ${message} ${from}`;
    const known = byMessage.get(key);
    if (!known) byMessage.set(key, diagnostic);
    else
      byMessage.set(key, {
        ...known,
        facts: [...(known.facts ?? []), ...(diagnostic.facts ?? [])],
        notes: [...(known.notes ?? []), ...(diagnostic.notes ?? [])],
      });
  }
  return [...byMessage.values()];
};

const withNote = (
  [first, ...more]: readonly Diagnostic[],
  note: string | undefined,
): readonly Diagnostic[] => {
  if (!first) return [];
  return [note === undefined ? first : { ...first, notes: [...(first.notes ?? []), note] }, ...more];
};

const now = (): number => Number(process.hrtime.bigint());

const since = (start: number): { readonly at: number; readonly ms: number } => {
  const at = now();
  return { at, ms: (at - start) / 1e6 };
};
