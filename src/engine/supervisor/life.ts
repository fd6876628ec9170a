import { closeSync, openSync, readSync } from 'node:fs';
import { readJson } from './json-file.ts';

/** A running process, told apart from a later one with the same PID by when it started. */
export type Life = {
  readonly pid: number;
  readonly startTime: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
};

export const readLife = (path: string): Life | undefined => readJson<Life>(path);

/** Field 22 of proc_pid_stat(5): clock ticks after boot; undefined when there is no such process or it has ended. */
export const startTimeOf = (pid: number): string | undefined => {
  try {
    const stat = statOf(pid);
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
};

export const isAlive = ({ pid, startTime }: Life): boolean => startTimeOf(pid) === startTime;

// One read(2) brings all of it, and every further one would make the kernel write it anew.
const statOf = (pid: number): string => {
  const file = openSync(`/proc/${pid}/stat`, 'r');
  try {
    return statText.toString('latin1', 0, readSync(file, statText, 0, statText.length, 0));
  } finally {
    closeSync(file);
  }
};

const statText = Buffer.alloc(4096);
