import { readlinkSync } from 'node:fs';
import { readIfThere } from './read-if-there.ts';

/**
 * RLIMIT_NOFILE as the user's shell has it. Node raises its own soft limit to the hard one when it starts and forgets
 * the old value, so it is read from the process that started us; npm is a Node too, and is passed over.
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

/** Node has left our hard limit alone. Where the other process has another one, a limit was set on the way to us. */
export const ofUser = (own: Limit, shell: Limit): Limit =>
  own.hard === shell.hard ? shell : { soft: own.hard, hard: own.hard };

/** -1 is no limit. */
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
