import { readFileSync } from 'node:fs';
import { type Reaped, readExits } from '../../kernel/guardian/exits.ts';
import type { ProjectPaths } from '../directories/project-paths.ts';
import type { Life } from '../record/life.ts';

/** How a process ended that the guardian has reaped; undefined if it has not. */
export const keptExit = ({ exits }: ProjectPaths, { pid, startTime }: Life): Reaped | undefined => {
  try {
    return readExits(readFileSync(exits)).findLast(
      (reaped) => reaped.pid === pid && reaped.startTime === startTime,
    );
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
};
