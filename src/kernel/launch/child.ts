import { closeSync, readFileSync } from 'node:fs';
import { exitOf, openPidfd, reap, sendSignal, waitForEnd } from '../ffi/process.ts';
import type { Readiness } from '../ffi/readiness.ts';
import type { Exit, Newborn, Process } from '../program/runner.ts';

/** A child of this process that libuv has not started, and therefore does not reap. */
export const childProcess = (pid: number, readiness: Readiness): Newborn => {
  let last: string | undefined;
  const process = processOf(pid, openPidfd(pid), readiness, () => {
    last = commandOf(pid);
    return reap(pid) ?? keptExit(pid);
  });
  return { ...process, command: () => last ?? commandOf(pid) };
};

// ptrace(2): the parent cannot reap a zombie before its tracer has. The tracer can be a process of a container.
const keptExit = (pid: number): Exit | undefined => {
  const status = zombieStatus(pid);
  if (status === undefined) return undefined;
  const timer = setInterval(() => {
    if (reap(pid)) clearInterval(timer);
  }, 1000).unref();
  return exitOf(status);
};

/** The command name of a process, proc_pid_comm(5): execve(2) changes it, and a zombie still has it. */
export const commandOf = (pid: number): string | undefined => {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trimEnd();
  } catch {
    return undefined;
  }
};

/** proc_pid_stat(5), field 52: the wait(2) status of a process that has ended and was not reaped yet. */
export const zombieStatus = (pid: number): number | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .trim()
      .split(' ');
    return fields[0] === 'Z' ? Number(fields[49]) : undefined;
  } catch {
    return undefined;
  }
};

/**
 * A process watched through its pidfd. Each time the pidfd is readable, `exitOf` is called: it returns the exit, or
 * undefined while the process runs. The pidfd is closed after the exit; undefined means that the process did not exist.
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
  return {
    pid,
    exited,
    signal: (number) => !hasEnded && sendSignal(pidfd as number, number),
    hasEnded: () => hasEnded || waitForEnd(pidfd as number, 0),
  };
};
