import type { Exit } from '../program/runner.ts';
import { CLD_EXITED, ENDED_AT, RECORD_BYTES, SIGINFO, STAT_AT } from './layout.ts';

/** A process that a guardian has reaped; the start time, of proc_pid_stat(5), tells it apart from others with its PID. */
export type Reaped = {
  readonly pid: number;
  readonly startTime: string;
  readonly exit: Exit;
  /** Seconds since boot. */
  readonly endedAt: number;
};

/** The records in a file of exits; what is no record is left out. */
export const readExits = (file: Buffer): readonly Reaped[] =>
  Array.from({ length: Math.floor(file.length / RECORD_BYTES) }, (_, index) =>
    file.subarray(index * RECORD_BYTES, (index + 1) * RECORD_BYTES),
  ).flatMap(reapedIn);

const reapedIn = (record: Buffer): readonly Reaped[] => {
  const pid = record.readInt32LE(SIGINFO.pid);
  const stat = record.toString('latin1', STAT_AT).split('\n')[0]!;
  const startTime = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  if (!stat.startsWith(`${pid} (`) || startTime === undefined) return [];
  const status = record.readInt32LE(SIGINFO.status);
  const hasExited = record.readInt32LE(SIGINFO.code) === CLD_EXITED;
  const exit = hasExited ? { code: status, signal: 0 } : { code: 0, signal: status };
  const [seconds, nanoseconds] = [record.readBigInt64LE(ENDED_AT), record.readBigInt64LE(ENDED_AT + 8)];
  return [{ pid, startTime, exit, endedAt: Number(seconds) + Number(nanoseconds) / 1e9 }];
};
