import { type Diagnostic, Problem } from '../../base/diagnostic.ts';
import type { Operation } from '../../plan/plan.ts';
import { mistake } from './mistake.ts';
import { planned } from './planned.ts';
import type { Tell } from './tell.ts';

/** Restores the state before an operation; returns a description for the user if it restored more than nothing. */
export type Undo = () => Promise<string | undefined> | Promise<void> | string | undefined | void;

export type Undoable = { readonly operation: Operation; readonly undo: Undo };

export type Undone = {
  readonly problems: readonly Diagnostic[];
  /** The current state of an operation's resource, as a sentence: `web-1 could not be replaced; …`. */
  readonly outcomeOf: (operation: Operation) => string | undefined;
};

/**
 * Undoes the operations, last first. A failed undo does not stop the others, and becomes a diagnostic of its own; a
 * resource is reported as undone after the last of its undos.
 */
export const undoAll = async (done: readonly Undoable[], tell: Tell): Promise<Undone> => {
  const problems: Diagnostic[] = [];
  const resources = new Map<string, Resource>();
  for (const { operation } of done) {
    const resource = resources.get(resourceOf(operation)) ?? newResource(operation);
    resource.left++;
    resources.set(resourceOf(operation), resource);
  }
  for (const { operation, undo } of done.toReversed()) {
    const resource = resources.get(resourceOf(operation))!;
    try {
      const detail = await undo();
      resource.detail ??= detail ?? undefined;
    } catch (error) {
      resource.hasFailed = true;
      problems.push(...notUndone(error));
    }
    if (--resource.left > 0) continue;
    const { hasFailed, detail } = resource;
    if (hasFailed) tell({ type: 'undo.failed', id: operation.id });
    else tell({ type: 'undone', id: operation.id, ...(detail === undefined ? {} : { detail }) });
  }
  return {
    problems,
    outcomeOf: (operation) => {
      const { hasFailed, detail, isReplaced } =
        resources.get(resourceOf(operation)) ?? newResource(operation);
      const { name, recreates = name } = planned(operation);
      if (hasFailed || detail === undefined) return undefined;
      return `${recreates} ${isReplaced ? 'could not be replaced;' : 'was'} ${detail}`;
    },
  };
};

type Resource = {
  /** The number of undos left. */
  left: number;
  hasFailed: boolean;
  detail: string | undefined;
  readonly isReplaced: boolean;
};

const newResource = (operation: Operation): Resource => ({
  left: 0,
  hasFailed: false,
  detail: undefined,
  isReplaced: planned(operation).recreates !== undefined,
});

const resourceOf = (operation: Operation): string => {
  const { kind, name, recreates = name } = planned(operation);
  return `${kind} ${recreates}`;
};

// The exit status is that of the original failure.
const notUndone = (error: unknown): readonly Diagnostic[] => {
  const diagnostics = error instanceof Problem ? error.diagnostics : [mistake(error)];
  return diagnostics.map(({ exitCode: _, ...diagnostic }) => ({
    ...diagnostic,
    notes: [...(diagnostic.notes ?? []), 'this failed during the undo of this command'],
  }));
};
