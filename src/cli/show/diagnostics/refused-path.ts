import type { Diagnostic } from '../../../base/diagnostic.ts';

/** The sentence for a file or directory that this machine refuses to this user; undefined for every other error. */
export const refusedPath = (error: unknown, isRoot = process.geteuid?.() === 0): Diagnostic | undefined => {
  if (!(error instanceof Error)) return undefined;
  const { code = '', path, syscall = 'call' } = error as NodeJS.ErrnoException;
  const meaning = MEANINGS[code] ?? (syscall === 'mkdir' ? OF_MKDIR[code] : undefined);
  if (meaning === undefined || path === undefined) return undefined;
  const [reason, help] = meaning;
  return {
    severity: 'error',
    code: 'refused-path',
    message: `cannot use ${path}: ${reason}`,
    facts: [['call', `${syscall}("${path}") = ${code}`]],
    help: isRoot ? help : `run with sudo, or ${help}`,
  };
};

const ELSEWHERE = 'set TSCOMPOSE_STATE_DIR and TSCOMPOSE_RUN_DIR to directories that can be written to';

const MEANINGS: Readonly<Record<string, readonly [reason: string, help: string]>> = {
  EACCES: ['permission denied', ELSEWHERE],
  EPERM: ['permission denied', ELSEWHERE],
  EROFS: ['the file system is read-only', ELSEWHERE],
  ENOTDIR: ['a part of the path is a file', ELSEWHERE],
  ENOSPC: ['no space is left', 'free space there; `df -h` and `df -i` show what is used'],
  EDQUOT: ['the quota is used up', 'free space there, or raise the quota'],
};

/** Errors of other calls with these codes are bugs. */
const OF_MKDIR: typeof MEANINGS = {
  ENOENT: ['no directory can be made there', ELSEWHERE],
  EEXIST: ['there is a file of that name', ELSEWHERE],
};
