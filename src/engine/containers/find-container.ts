import { Problem } from '../../base/diagnostic.ts';
import type { Context } from '../context/context.ts';
import type { ContainerRecord } from '../record/project-record.ts';

/** A container by its name or by a prefix of its id, as in Docker. */
export const findContainer = ({ record }: Pick<Context, 'record'>, text: string): ContainerRecord => {
  const all = Object.values(record.containers);
  const named = Object.hasOwn(record.containers, text) ? record.containers[text] : undefined;
  const found = named ?? all.find(({ id }) => text.length >= 4 && id.startsWith(text));
  if (found) return found;
  throw noContainer(text);
};

export const noContainer = (text: string): Problem =>
  new Problem({ severity: 'error', code: 'no-container', message: `no such container: ${text}` });
