import { statSync } from 'node:fs';
import type { ProjectPaths } from './project-paths.ts';
import { readIfThere } from './read-if-there.ts';

/** The PID of the supervisor that holds the lock. */
export const lockHolder = ({ lock }: ProjectPaths, project: string): number | undefined => {
  const inode = statSync(lock, { throwIfNoEntry: false })?.ino;
  // proc_locks(5): `1: FLOCK ADVISORY WRITE 4711 fe:00:1234 0 EOF`. Two file systems may have the same inode number.
  return readIfThere('/proc/locks')
    .split('\n')
    .flatMap((line) => {
      const [, kind, , , pid, file = ''] = line.trim().split(/\s+/);
      return kind === 'FLOCK' && file.endsWith(`:${inode}`) ? [Number(pid)] : [];
    })
    .find((pid) => readIfThere(`/proc/${pid}/cmdline`).includes(`\0supervise\0${project}\0`));
};
