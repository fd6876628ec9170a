import { dirname } from 'node:path';
import { type Diagnostic, Problem } from '../../base/diagnostic.ts';

/** Runs an action that needs space below `path`; throws a Problem if the disk is full. */
export const onStorage = <Result>(path: string, work: () => Result): Result => {
  try {
    return work();
  } catch (error) {
    throw storageError(path, error);
  }
};

/** The Problem for an error of a call that needs space below `path`; the error itself if it means something else. */
export const storageError = (path: string, error: unknown): unknown => {
  const meaning = MEANINGS[(error as NodeJS.ErrnoException).code ?? ''];
  return meaning === undefined ? error : new Problem(refusal(path, meaning, error as NodeJS.ErrnoException));
};

const MEANINGS: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left',
  EDQUOT: 'the quota is used up',
  EROFS: 'the file system is read-only',
};

const refusal = (path: string, meaning: string, { code, syscall }: NodeJS.ErrnoException): Diagnostic => ({
  severity: 'error',
  code: 'no-space',
  message: `${meaning} in ${dirname(path)}`,
  facts: [['call', `${syscall ?? 'write'}("${path}") = ${code}`]],
  help:
    code === 'EROFS'
      ? 'mount it writable, or set TSCOMPOSE_STATE_DIR to another directory'
      : '`df -h` and `df -i` show what is used; `tscompose down` works without space',
});
