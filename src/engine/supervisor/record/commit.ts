import type { Context } from '../context.ts';
import type { ProjectRecord } from './project-record.ts';

/**
 * Changes the record and writes it; resolves when it is on disk, for which nothing has to wait. Throws a Problem where
 * there is no space for it, and the record stays as it was.
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
