import type { Context } from '../context/context.ts';
import type { ContainerRecord } from './project-record.ts';

/** A change of a recorded container; an undefined property is removed. */
export type Noted = { readonly [Key in keyof ContainerRecord]?: ContainerRecord[Key] | undefined };

/** Changes the record of a container, if there is one; it is not written yet. */
export const note = ({ record }: Pick<Context, 'record'>, name: string, change: Noted): void => {
  const found = record.containers[name];
  if (!found) return;
  const changed = Object.entries({ ...found, ...change }).filter(([, value]) => value !== undefined);
  record.containers[name] = Object.fromEntries(changed) as ContainerRecord;
};
