import { readlinkSync } from 'node:fs';
import { readIfThere } from '../directories/read-if-there.ts';

/**
 * RLIMIT_NOFILE of the user's shell. Node raises its own soft limit to the hard one at start, so the limit is read from
 * the parent process; npm is a Node process too, and is skipped.
 */
export const shellLimit = (): Limit => {
  let pid = process.ppid;
  if (process.env.npm_execpath !== undefined) {
    while (pid > 1 && !isNode(pid)) pid = parentOf(pid);
    while (pid > 1 && isNode(pid)) pid = parentOf(pid);
  }
  const own = limitOf(process.pid) ?? { soft: 1024, hard: 4096 };
  return ofUser(own, limitOf(pid) ?? own);
};

/** Node does not change the hard limit. If the other process has a different one, a limit was set in between. */
export const ofUser = (own: Limit, shell: Limit): Limit =>
  own.hard === shell.hard ? shell : { soft: own.hard, hard: own.hard };

/** -1 means no limit. */
type Limit = { readonly soft: number; readonly hard: number };

const isNode = (pid: number): boolean => {
  try {
    return readlinkSync(`/proc/${pid}/exe`) === readlinkSync('/proc/self/exe');
  } catch {
    return false;
  }
};

const parentOf = (pid: number): number =>
  Number(/^PPid:\t(\d+)/m.exec(readIfThere(`/proc/${pid}/status`))?.[1] ?? 0);

const limitOf = (pid: number): Limit | undefined => {
  const [, soft, hard] = /^Max open files +(\S+) +(\S+)/m.exec(readIfThere(`/proc/${pid}/limits`)) ?? [];
  if (soft === undefined || hard === undefined) return undefined;
  return { soft: number(soft), hard: number(hard) };
};

const number = (text: string): number => (text === 'unlimited' ? -1 : Number(text));
