import { closeSync } from 'node:fs';
import { openPidfd, reap } from '../ffi/process.ts';
import type { Readiness } from '../ffi/readiness.ts';
import { posixSpawn } from '../ffi/spawn.ts';
import type { Exit, Runner } from '../runner.ts';

/**
 * Direct: the process is the stage, a program of some 370 bytes in memory. It starts as fast as a process can, has a few
 * pages of its own, and holds nothing but the descriptors that it was given.
 */
export const directRunner = (stage: number, readiness: Readiness): Runner => ({
  name: 'direct',
  readiness,
  spawn: (descriptors) => {
    const pid = posixSpawn(`/proc/self/fd/${stage}`, descriptors);
    return { pid, exited: exitOfChild(pid, readiness) };
  },
});

const exitOfChild = (pid: number, readiness: Readiness): Promise<Exit> =>
  new Promise((resolve, reject) => {
    const pidfd = openPidfd(pid);
    if (pidfd === undefined) return reject(new Error(`no pidfd of child ${pid}`));
    readiness.watch(pidfd, () => {
      const exit = reap(pid);
      if (!exit) return;
      readiness.forget(pidfd);
      closeSync(pidfd);
      resolve(exit);
    });
  });
