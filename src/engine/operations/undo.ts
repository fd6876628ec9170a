import { type Diagnostic, Problem } from '../../base/diagnostic.ts';
import type { Operation } from '../../plan/plan.ts';
import { mistake } from './mistake.ts';
import { planned } from './planned.ts';
import type { Tell } from './tell.ts';

/** Puts back what was before an operation; returns what that is, for people, where it is more than nothing. */
export type Undo = () => Promise<string | undefined> | Promise<void> | string | undefined | void;

export type Undoable = { readonly operation: Operation; readonly undo: Undo };

/**
 * Takes back what was done, last first. One that fails keeps none of the others from it, and is a diagnostic of its
 * own; a resource is told as undone after all that was done to it is.
 */
export const undoAll = async (done: readonly Undoable[], tell: Tell): Promise<readonly Diagnostic[]> => {
  const problems: Diagnostic[] = [];
  const resources = new Map<string, { left: number; failed: boolean; detail?: string }>();
  for (const { operation } of done) {
    const known = resources.get(resourceOf(operation));
    resources.set(resourceOf(operation), { left: (known?.left ?? 0) + 1, failed: false });
  }
  for (const { operation, undo } of done.toReversed()) {
    const resource = resources.get(resourceOf(operation))!;
    try {
      const detail = await undo();
      if (detail) resource.detail = detail;
    } catch (error) {
      resource.failed = true;
      problems.push(...notUndone(error));
    }
    if (--resource.left > 0) continue;
    const { failed, detail } = resource;
    if (failed) tell({ type: 'undo.failed', id: operation.id });
    else tell({ type: 'undone', id: operation.id, ...(detail === undefined ? {} : { detail }) });
  }
  return problems;
};

const resourceOf = (operation: Operation): string => {
  const { kind, name } = planned(operation);
  return `${kind} ${name}`;
};

// The exit status is that of the cause.
const notUndone = (error: unknown): readonly Diagnostic[] => {
  const diagnostics = error instanceof Problem ? error.diagnostics : [mistake(error)];
  return diagnostics.map(({ exitCode: _, ...diagnostic }) => ({
    ...diagnostic,
    notes: [...(diagnostic.notes ?? []), 'this failed while what the command had done was undone'],
  }));
};
