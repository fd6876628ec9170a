import { appendFileSync, readFileSync, renameSync, rmSync } from 'node:fs';
import type { Diagnostic } from '../../base/diagnostic.ts';

/**
 * What the supervisor has to say while nobody asks: one diagnostic a line, in a file that outlives it. The next command
 * takes it away and shows it.
 */
export const leaveNotice = (path: string, diagnostic: Diagnostic): void => {
  try {
    appendFileSync(path, `${JSON.stringify(diagnostic)}\n`, { mode: 0o600 });
  } catch {
    // On a full disk the supervisor goes on without a word.
  }
};

/** Each is shown once, also where two commands ask for them at the same time. */
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
