import { closeSync } from 'node:fs';
import { openPidfd, reap } from './ffi/process.ts';
import type { Readiness } from './ffi/readiness.ts';
import type { Exit, Process } from './runner.ts';

/** A child of this process that libuv has not started, and so does not wait for. */
export const childProcess = (pid: number, readiness: Readiness): Process => ({
  pid,
  exited: exitOfChild(pid, readiness),
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
