import type { Readiness } from '../ffi/readiness.ts';

/** Starts the process of a Program. There are two runners: re-exec (`reexec/`) and direct (`direct/`). */
export type Runner = {
  readonly name: 'reexec' | 'direct';
  /** Watches the descriptors that report the execve(2) and the end of its processes. */
  readonly readiness: Readiness;
  /** Starts the process synchronously, with these descriptors as 0, 1, 2 … and no others. Throws a SpawnError. */
  readonly spawn: (descriptors: readonly number[]) => Newborn;
};

/** The process could not be created. */
export class SpawnError extends Error {
  readonly errno: number;

  constructor(errno: number) {
    super(`could not create a process: errno ${errno}`);
    this.name = 'SpawnError';
    this.errno = errno;
  }
}

export type Process = {
  /** The PID in the supervisor's PID namespace. */
  readonly pid: number;
  readonly exited: Promise<Exit>;
  /** Sends a signal by its number; false when the process has ended. */
  readonly signal: (number: number) => boolean;
  /** Whether it has ended by now; `exited` resolves a moment later. */
  readonly hasEnded: () => boolean;
};

/** A process started by a runner. */
export type Newborn = Process & {
  /** The command name, proc_pid_comm(5): the current or the last one. Undefined if it can no longer be read. */
  readonly command: () => string | undefined;
};

/** The status of wait(2): the exit code, or the number of the signal that killed the process. */
export type Exit = { readonly code: number; readonly signal: number };

/** The exit code as a shell reports it: 128 + signal for a killed process. */
export const exitCode = ({ code, signal }: Exit): number => (signal > 0 ? 128 + signal : code);
