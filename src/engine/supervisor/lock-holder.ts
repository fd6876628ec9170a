import { statSync } from 'node:fs';
import type { ProjectPaths } from '../directories/project-paths.ts';
import { readIfThere } from '../directories/read-if-there.ts';

/** The PID of the supervisor that holds the lock. */
export const lockHolder = (paths: ProjectPaths, project: string): number | undefined =>
  lockHolders(paths).find((pid) => readIfThere(`/proc/${pid}/cmdline`).includes(`\0supervise\0${project}\0`));

/**
 * The PIDs that hold the lock, also of a process that is ending and has no command line any more. Two file systems may
 * have the same inode number, so one that holds another lock may be among them.
 */
export const lockHolders = ({ lock }: ProjectPaths): readonly number[] => {
  const inode = statSync(lock, { throwIfNoEntry: false })?.ino;
  // proc_locks(5): `1: FLOCK ADVISORY WRITE 4711 fe:00:1234 0 EOF`.
  return readIfThere('/proc/locks')
    .split('\n')
    .flatMap((line) => {
      const [, kind, , , pid, file = ''] = line.trim().split(/\s+/);
      return kind === 'FLOCK' && file.endsWith(`:${inode}`) ? [Number(pid)] : [];
    });
};
