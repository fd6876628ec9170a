import { appendFileSync, readFileSync, renameSync, rmSync } from 'node:fs';
import type { Diagnostic } from '../../base/diagnostic.ts';

/**
 * Diagnostics of the supervisor outside of calls: one a line, in a file that outlives it. The next command removes the
 * file and shows them.
 */
export const leaveNotice = (path: string, diagnostic: Diagnostic): void => {
  try {
    appendFileSync(path, `${JSON.stringify(diagnostic)}\n`, { mode: 0o600 });
  } catch {
    // On a full disk the notice is lost and the supervisor continues.
  }
};

/** Each is shown once, also to two commands that ask at the same time. */
export const takeNotices = (path: string): readonly Diagnostic[] => {
  const mine = `${path}.${process.pid}`;
  try {
    renameSync(path, mine);
  } catch (error) {
    if (['ENOENT', 'EACCES', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
  const lines = readFileSync(mine, 'utf8').split('\n').slice(0, -1);
  rmSync(mine);
  const [first, ...others] = [...new Set(lines)];
  if (first === undefined) return [];
  return [first, ...others].slice(0, MOST).map((line) => JSON.parse(line) as Diagnostic);
};

const MOST = 5;
