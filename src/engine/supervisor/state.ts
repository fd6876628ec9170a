import { closeSync, mkdirSync, openSync, readFileSync, readSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Service } from '../../project/model/project.ts';
import type { RunnerName } from '../containers/runners.ts';

/** What is known of a project without its files: written before anything is started, read by every later command. */
export type ProjectRecord = {
  readonly version: 1;
  readonly name: string;
  readonly workingDir: string;
  readonly files: readonly string[];
  networks: Record<string, NetworkRecord>;
  containers: Record<string, ContainerRecord>;
  /** Directories that were made for a `cgroup_parent`, outer ones first; they are removed when nothing is in them. */
  cgroups?: readonly string[];
};

export type NetworkRecord = {
  readonly key: string;
  readonly name: string;
  /** Of the definition; a network whose hash differs is made anew. */
  readonly hash: string;
  readonly subnet: string;
  readonly gateway: string;
  /** The interface. */
  readonly bridge: string;
};

export type ContainerRecord = {
  /** 64 hexadecimal digits. */
  readonly id: string;
  /** `app-web-1`, or `container_name`. */
  readonly name: string;
  readonly service: string;
  readonly number: number;
  readonly oneOff: boolean;
  readonly configHash: string;
  readonly definition: Service;
  /** Milliseconds since the epoch. */
  readonly created: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  /** Network key → address. */
  readonly addresses: Readonly<Record<string, string>>;
  readonly state: 'created' | 'running' | 'exited';
  readonly exitCode: number;
  readonly oomKilled: boolean;
  readonly runner: RunnerName;
  /** What `run` said of a one-off container, beyond its definition. */
  readonly run?: {
    readonly hasCommand: boolean;
    readonly consoleSize?: readonly [rows: number, columns: number];
  };
};

/** A running process, told apart from a later one with the same PID by when it started. */
export type Life = {
  readonly pid: number;
  readonly startTime: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
};

export const readRecord = (path: string): ProjectRecord | undefined => readJson<ProjectRecord>(path);

export const readLife = (path: string): Life | undefined => readJson<Life>(path);

/** rename(2) replaces a file at once: a reader sees the old text or the new one, also after a crash. */
export const writeJson = (path: string, value: unknown): void => {
  const temporary = `${path}.${process.pid}`;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(temporary, `${JSON.stringify(value)}\n`, { mode: 0o600 });
  renameSync(temporary, path);
};

const readJson = <Value>(path: string): Value | undefined => {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Value;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
};

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
