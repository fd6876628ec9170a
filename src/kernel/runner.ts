import type { Readiness } from './ffi/readiness.ts';

/** What starts the process that a Program is for. Two exist: re-exec (`reexec/`) and direct. */
export type Runner = {
  readonly name: 'reexec' | 'direct';
  /** What tells when its processes have made their execve, or have ended. */
  readonly readiness: Readiness;
  /** Starts the process with these descriptors as 0, 1, 2 … and nothing else; synchronous. Throws a SpawnError. */
  readonly spawn: (descriptors: readonly number[]) => Newborn;
};

/** No process could be made. */
export class SpawnError extends Error {
  readonly errno: number;

  constructor(errno: number) {
    super(`no process could be made: errno ${errno}`);
    this.name = 'SpawnError';
    this.errno = errno;
  }
}

export type Process = {
  /** As the supervisor's PID namespace sees it. */
  readonly pid: number;
  readonly exited: Promise<Exit>;
  /** Sends a signal by its number; false when the process has ended. */
  readonly signal: (number: number) => boolean;
};

/** A process that a runner has started. */
export type Newborn = Process & {
  /** Its name in proc_pid_comm(5), of a process that was waited for as it was at its end; undefined where it is lost. */
  readonly command: () => string | undefined;
};

/** wait(2)'s status: a process ends by itself or by a signal's number. */
export type Exit = { readonly code: number; readonly signal: number };

/** What a shell calls the status: 128 + signal for one that was killed. */
export const exitCode = ({ code, signal }: Exit): number => (signal > 0 ? 128 + signal : code);
