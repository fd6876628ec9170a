import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { constants } from 'node:os';
import { openPidfd, sendSignal, waitForEnd } from '../ffi/process.ts';
import type { Readiness } from '../ffi/readiness.ts';
import { childProcess, commandOf } from '../launch/child.ts';
import { type Exit, type Newborn, type Runner, SpawnError } from '../program/runner.ts';
import { SMALL } from './flags.ts';

/**
 * Re-exec: the process is this program again, started through /proc/self/exe with the hidden command `init`.
 * It is portable, but costs one start of Node per container.
 */
export const reexecRunner = (entry: string, readiness: Readiness): Runner => ({
  name: 'reexec',
  readiness,
  spawn: (descriptors) => startInit(entry, descriptors, readiness),
});

const startInit = (entry: string, descriptors: readonly number[], readiness: Readiness): Newborn => {
  const child = spawnSelf(entry, descriptors);
  const reported = new Promise<Exit>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      resolve({ code: code ?? 0, signal: signal ? constants.signals[signal] : 0 });
    });
  });
  if (child.pid === undefined) {
    // Node reports a reached limit of processes or descriptors asynchronously.
    reported.catch(() => {});
    throw new SpawnError(constants.errno.EAGAIN);
  }
  const { pid } = child;
  const pidfd = openPidfd(pid);
  // ptrace(2): a process can make its parent its tracer. When it stops then, libuv takes it for ended and forgets it.
  const isStopped = (): boolean => pidfd !== undefined && sendSignal(pidfd, 0);
  const exited = reported.then((exit) => (isStopped() ? childProcess(pid, readiness).exited : exit));
  return { pid, exited, ...whileOpen(exited, pidfd), command: () => commandOf(pid) };
};

// libuv reaps a process before it emits `exit`, and the PID may be recycled by then.
const whileOpen = (
  exited: Promise<Exit>,
  pidfd: number | undefined,
): Pick<Newborn, 'signal' | 'hasEnded'> => {
  let isOpen = pidfd !== undefined;
  void exited.then(() => {
    if (isOpen) closeSync(pidfd as number);
    isOpen = false;
  });
  return {
    signal: (number) => isOpen && sendSignal(pidfd as number, number),
    hasEnded: () => !isOpen || waitForEnd(pidfd as number, 0),
  };
};

const spawnSelf = (entry: string, descriptors: readonly number[]): ChildProcess => {
  try {
    return spawn('/proc/self/exe', [...SMALL, '--', entry, 'init'], {
      stdio: [...descriptors],
      env: {},
      cwd: '/',
      argv0: 'tscompose',
    });
  } catch (error) {
    const { errno } = error as NodeJS.ErrnoException;
    throw errno === undefined ? error : new SpawnError(-errno);
  }
};
