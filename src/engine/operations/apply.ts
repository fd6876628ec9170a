import { type Diagnostic, Problem } from '../../base/diagnostic.ts';
import type { Operation, Plan } from '../../plan/plan.ts';
import type { Work } from '../supervisor/work.ts';
import { mistake } from './mistake.ts';
import { planned } from './planned.ts';
import type { Tell } from './tell.ts';
import { type Undo, type Undoable, undoAll } from './undo.ts';

/** The result of an operation. */
export type Done = { readonly detail?: string; readonly undo?: Undo };

export type Perform = (operation: Operation) => Promise<Done>;

/**
 * Carries out a plan: every operation as soon as its dependencies are done. Makes no decisions. After a failure no
 * further operation starts, and the changes of this call are undone, last first.
 */
export const apply = async (
  work: Work,
  plan: Plan,
  perform: Perform,
  tell: Tell,
): Promise<readonly Diagnostic[]> => {
  tell({ type: 'plan', operations: plan.operations.map(planned), unchanged: plan.unchanged });
  const failed: { readonly operation: Operation; readonly problems: readonly Diagnostic[] }[] = [];
  const done: Undoable[] = [];
  const results = new Map<number, Promise<boolean>>();
  const run = async (operation: Operation): Promise<boolean> => {
    const before = await Promise.all(operation.dependsOn.map((id) => results.get(id)));
    await work.nextTurn();
    if (failed.length > 0 || before.includes(false)) {
      tell({ type: 'operation.skipped', id: operation.id, because: 'another operation failed' });
      return false;
    }
    return operation.verb === 'start' ? work.starts.run(() => carryOut(operation)) : carryOut(operation);
  };
  const carryOut = async (operation: Operation): Promise<boolean> => {
    // The replaced container is removed now: an undo is no longer possible.
    if (operation.verb === 'remove' && operation.kind === 'container' && operation.isLast) done.length = 0;
    const start = now();
    tell({ type: 'operation.started', id: operation.id, at: start });
    try {
      const { detail, undo } = await perform(operation);
      if (undo) done.push({ operation, undo });
      tell({
        type: 'operation.done',
        id: operation.id,
        ...since(start),
        ...(detail === undefined ? {} : { detail }),
      });
      return true;
    } catch (error) {
      // An internal error fails the operation like a user's error, so that the changes are undone.
      const problems = error instanceof Problem ? error.diagnostics : [mistake(error)];
      failed.push({ operation, problems });
      tell({ type: 'operation.failed', id: operation.id, ...since(start) });
      return false;
    }
  };
  for (const operation of plan.operations) results.set(operation.id, run(operation));
  await Promise.all(results.values());
  if (failed.length === 0) return [];
  const { problems: notUndone, outcomeOf } = await undoAll(done, tell);
  return [
    ...failed.flatMap(({ operation, problems }) => withNote(problems, outcomeOf(operation))),
    ...notUndone,
  ];
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
