import { closeSync } from 'node:fs';
import { errnoNumber } from '../program/errno.ts';
import { type Call, opensDescriptor, type Ref, type Step } from '../program/program.ts';
import { execute, NO_REFERENCES } from './execute.ts';

/** The step that failed. */
export type HostFailure = { readonly step: Step; readonly errno: number };

/**
 * Makes steps of the supervisor that belong to no container, in this process. The descriptors that they open are closed
 * afterwards; when one fails, the undo calls of those before it are made, last first.
 */
export const makeHostSteps = (steps: readonly Step[]): HostFailure | undefined => {
  const values = new Map<Ref, number>();
  const open: number[] = [];
  const done: Step[] = [];
  const make = (call: Call): number =>
    execute(call, { ...NO_REFERENCES, take: (ref) => values.get(ref) ?? -1 });
  try {
    for (const step of steps) {
      if (step.call === 'spawn') throw new TypeError('a process belongs to a container');
      const result = make(step);
      if (result < 0 && result !== (step.tolerate ? -errnoNumber(step.tolerate) : 0)) {
        for (const { undo } of done.reverse()) if (undo) make(undo);
        return { step, errno: -result };
      }
      if (result >= 0) done.push(step);
      if (step.as) values.set(`$${step.as}`, result);
      if (step.as && result >= 0 && opensDescriptor(step)) open.push(result);
    }
    return undefined;
  } finally {
    open.forEach(closeSync);
  }
};
