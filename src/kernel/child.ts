import { closeSync, readFileSync } from 'node:fs';
import { openPidfd, reap } from './ffi/process.ts';
import type { Readiness } from './ffi/readiness.ts';
import type { Exit, Newborn } from './runner.ts';

/** A child of this process that libuv has not started, and so does not wait for. */
export const childProcess = (pid: number, readiness: Readiness): Newborn => {
  let last: string | undefined;
  return {
    pid,
    exited: exitOfChild(pid, readiness, () => {
      last = commandOf(pid);
    }),
    command: () => last ?? commandOf(pid),
  };
};

/** proc_pid_comm(5): execve(2) changes it, and a process that nobody has waited for still has it. */
export const commandOf = (pid: number): string | undefined => {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trimEnd();
  } catch {
    return undefined;
  }
};

const exitOfChild = (pid: number, readiness: Readiness, beforeWait: () => void): Promise<Exit> =>
  new Promise((resolve, reject) => {
    const pidfd = openPidfd(pid);
    if (pidfd === undefined) return reject(new Error(`no pidfd of child ${pid}`));
    readiness.watch(pidfd, () => {
      beforeWait();
      const exit = reap(pid);
      if (!exit) return;
      readiness.forget(pidfd);
      closeSync(pidfd);
      resolve(exit);
    });
  });
