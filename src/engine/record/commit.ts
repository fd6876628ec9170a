import type { Context } from '../context/context.ts';
import type { ProjectRecord } from './project-record.ts';

/**
 * Changes the record and writes it; resolves when it is on disk. Callers need not wait for the disk. Throws a Problem
 * if the disk is full; the record is unchanged then.
 */
export const commit = (
  { record, saveDurably }: Pick<Context, 'record' | 'saveDurably'>,
  changes: Partial<ProjectRecord>,
): Promise<void> => {
  const before = { ...record };
  Object.assign(record, changes);
  try {
    return saveDurably();
  } catch (error) {
    Object.assign(record, before);
    throw error;
  }
};
