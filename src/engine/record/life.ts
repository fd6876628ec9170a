import { closeSync, openSync, readSync } from 'node:fs';
import { uptime } from 'node:os';
import { readJson, writeJson } from './json-file.ts';

/** A running process; the start time tells it apart from a later one with the same PID. */
export type Life = {
  readonly pid: number;
  readonly startTime: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** The device number of the file system with the container's files of /etc; none if an earlier version started it. */
  readonly etcDevice?: number;
  /** The port of its name server; none if it has no network. */
  readonly nameServer?: number;
};

/** Undefined if the file does not exist, or if its PID cannot be a container's. */
export const readLife = (path: string): Life | undefined => {
  const life = readJson(path);
  return isLife(life) ? life : undefined;
};

export const writeLife = (path: string, life: Life): void => writeJson(path, life);

// kill(2): 0, -1 and other negative numbers mean many processes; 1 is the init process.
const isLife = (value: unknown): value is Life => {
  const { pid, startTime, startedAt } = (value ?? {}) as Partial<Record<keyof Life, unknown>>;
  return (
    Number.isSafeInteger(pid) &&
    (pid as number) > 1 &&
    typeof startTime === 'string' &&
    /^\d+$/.test(startTime) &&
    Number.isFinite(startedAt)
  );
};

/** The PID and start time of a running process; undefined if there is none. */
export const lifeOf = (pid: number, startedAt = Date.now()): Life | undefined => {
  const startTime = startTimeOf(pid);
  return startTime === undefined ? undefined : { pid, startTime, startedAt };
};

/** Milliseconds since the start of a process, whether it still runs or not; `at`: seconds since boot. */
export const ageOf = ({ startTime }: Pick<Life, 'startTime'>, at = uptime()): number =>
  Math.max(0, (at - Number(startTime) / TICKS) * 1000);

/** Clock ticks of /proc in a second: USER_HZ, on every architecture that Node.js runs on. */
const TICKS = 100;

export const isAlive = ({ pid, startTime }: Life): boolean => startTimeOf(pid) === startTime;

/** Field 22 of proc_pid_stat(5): clock ticks after boot; undefined if the process does not exist or has ended. */
const startTimeOf = (pid: number): string | undefined => {
  try {
    const stat = statOf(pid);
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
};

// One read(2) returns the whole file; each further read makes the kernel generate it again.
const statOf = (pid: number): string => {
  const file = openSync(`/proc/${pid}/stat`, 'r');
  try {
    return statText.toString('latin1', 0, readSync(file, statText, 0, statText.length, 0));
  } finally {
    closeSync(file);
  }
};

const statText = Buffer.alloc(4096);
