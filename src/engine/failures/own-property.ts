import { readFileSync } from 'node:fs';
import type { Failure } from '../../kernel/launch/launch.ts';
import { errnoName } from '../../kernel/program/errno.ts';

/**
 * What a new process has inherited from tscompose and what explains a failed call: a hard limit, or a real-time
 * priority. Undefined if it is neither.
 */
export const ownProperty = (failure: Failure): string | undefined => {
  if (failure.kind !== 'errno' || failure.step.call === 'spawn') return undefined;
  const { call, args } = failure.step;
  const why = NOTES[`${call} ${errnoName(failure.errno)}`];
  return why?.(args);
};

const NOTES: Readonly<Record<string, (args: readonly unknown[]) => string | undefined>> = {
  'prlimit64 EPERM': ([, resource]) => hardLimit(`${resource}`, readFileSync('/proc/self/limits', 'latin1')),
  // sched_rt_group.rst: with CONFIG_RT_GROUP_SCHED, the cpu controller refuses real-time threads in a group without
  // cpu.rt_runtime_us.
  'write EINVAL': ([door]) =>
    door === '$cpu_door' ? realTime(readFileSync('/proc/self/stat', 'latin1')) : undefined,
};

/** proc_pid_limits(5). */
export const hardLimit = (resource: string, limits: string): string | undefined => {
  const name = NAMES[resource];
  const hard = limits
    .split('\n')
    .find((line) => name !== undefined && line.startsWith(`Max ${name} `))
    ?.slice(VALUES_AT)
    .split(/ +/)[1];
  return hard && `the hard limit of tscompose itself is ${hard}`;
};

/** proc_pid_stat(5): the fields 40 and 41 are rt_priority and policy; the name in field 2 may have spaces. */
export const realTime = (stat: string): string | undefined => {
  const priority = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[37];
  return Number(priority) > 0
    ? `containers inherit the real-time priority ${priority} of tscompose, and their cgroup has no real-time: start it with \`chrt -o 0\``
    : undefined;
};

const VALUES_AT = 26;

const NAMES: Readonly<Record<string, string>> = {
  RLIMIT_CPU: 'cpu time',
  RLIMIT_FSIZE: 'file size',
  RLIMIT_DATA: 'data size',
  RLIMIT_STACK: 'stack size',
  RLIMIT_CORE: 'core file size',
  RLIMIT_RSS: 'resident set',
  RLIMIT_NPROC: 'processes',
  RLIMIT_NOFILE: 'open files',
  RLIMIT_MEMLOCK: 'locked memory',
  RLIMIT_AS: 'address space',
  RLIMIT_LOCKS: 'file locks',
  RLIMIT_SIGPENDING: 'pending signals',
  RLIMIT_MSGQUEUE: 'msgqueue size',
  RLIMIT_NICE: 'nice priority',
  RLIMIT_RTPRIO: 'realtime priority',
  RLIMIT_RTTIME: 'realtime timeout',
};
