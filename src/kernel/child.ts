import { closeSync, readFileSync } from 'node:fs';
import { openPidfd, reap, sendSignal } from './ffi/process.ts';
import type { Readiness } from './ffi/readiness.ts';
import type { Exit, Newborn, Process } from './runner.ts';

/** A child of this process that libuv has not started, and so does not wait for. */
export const childProcess = (pid: number, readiness: Readiness): Newborn => {
  let last: string | undefined;
  const process = processOf(pid, openPidfd(pid), readiness, () => {
    last = commandOf(pid);
    return reap(pid);
  });
  return { ...process, command: () => last ?? commandOf(pid) };
};

/** proc_pid_comm(5): execve(2) changes it, and a process that nobody has waited for still has it. */
export const commandOf = (pid: number): string | undefined => {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trimEnd();
  } catch {
    return undefined;
  }
};

/**
 * A process as its pidfd tells of it: `exitOf` is asked how it has ended whenever the descriptor is readable, and
 * answers undefined when it has not. The descriptor is closed then; without one there was no such process.
 */
export const processOf = (
  pid: number,
  pidfd: number | undefined,
  readiness: Readiness,
  exitOf: () => Exit | undefined,
): Process => {
  let hasEnded = pidfd === undefined;
  const exited = new Promise<Exit>((resolve, reject) => {
    if (pidfd === undefined) return reject(new Error(`no pidfd of process ${pid}`));
    readiness.watch(pidfd, () => {
      const exit = exitOf();
      if (!exit) return;
      hasEnded = true;
      readiness.forget(pidfd);
      closeSync(pidfd);
      resolve(exit);
    });
  });
  return { pid, exited, signal: (number) => !hasEnded && sendSignal(pidfd as number, number) };
};
