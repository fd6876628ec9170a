import type { Hierarchy } from '../kernel/cgroup.ts';
import type { Limits } from '../project/model/project.ts';

export type Controller = 'memory' | 'cpu' | 'pids' | 'cpuset' | 'blkio' | 'io';

type Row = {
  /** The key in the Compose file. */
  readonly key: string;
  readonly why: string;
  /** The controller of the limit in each cgroup version; absent if the version has no such limit. */
  readonly by: Readonly<Partial<Record<Hierarchy['version'], Controller>>>;
};

const by = (controller: Controller): Row['by'] => ({ 1: controller, 2: controller });

/** All limits of a service. Source: Documentation/admin-guide/cgroup-v1/ and cgroup-v2.rst of Linux. */
export const LIMITS: Readonly<Record<keyof Limits, Row>> = {
  memory: {
    key: 'memory',
    why: 'it may use this much memory; beyond it the kernel kills',
    by: by('memory'),
  },
  memorySwap: {
    key: 'memswap_limit',
    why: 'memory and swap together, so that swap is no way around the limit',
    by: by('memory'),
  },
  memoryReservation: {
    key: 'mem_reservation',
    why: 'this much memory is left to it when others want some',
    by: by('memory'),
  },
  memorySwappiness: {
    key: 'mem_swappiness',
    why: 'how readily its memory is swapped out',
    by: { 1: 'memory' },
  },
  oomKillDisable: {
    key: 'oom_kill_disable',
    why: 'waits for memory where it reaches its limit, and is not killed',
    by: { 1: 'memory' },
  },
  cpus: { key: 'cpus', why: 'it may run this long in every period', by: by('cpu') },
  cpuQuota: { key: 'cpu_quota', why: 'it may run this long in every period', by: by('cpu') },
  cpuPeriod: { key: 'cpu_period', why: 'the length of the period of its quota', by: by('cpu') },
  cpuShares: { key: 'cpu_shares', why: 'its weight when CPUs are short', by: by('cpu') },
  cpuRtPeriod: {
    key: 'cpu_rt_period',
    why: 'the length of the period of its real-time share',
    by: { 1: 'cpu' },
  },
  cpuRtRuntime: {
    key: 'cpu_rt_runtime',
    why: 'real-time processes may run this long in every period',
    by: { 1: 'cpu' },
  },
  cpuset: { key: 'cpuset', why: 'it runs on these CPUs', by: by('cpuset') },
  pids: { key: 'pids_limit', why: 'it may have this many processes and threads', by: by('pids') },
  blockIo: {
    key: 'blkio_config',
    why: 'how much it may read from block devices and write to them',
    by: { 1: 'blkio', 2: 'io' },
  },
};

/** Controllers of every container, even without a limit, for usage statistics and OOM kill counters. */
const ALWAYS: readonly string[] = ['memory', 'cpu', 'cpuacct', 'pids'];

/** Limits whose controllers are used on demand only, because each may be a hierarchy more and costs time at a start. */
const FURTHER = ['cpuset', 'blockIo'] as const satisfies readonly (keyof Limits)[];
type Further = (typeof FURTHER)[number];

/** The controllers of a container with these limits. */
export const controllersOf = (limits: { readonly [Limit in Further]?: unknown }): readonly string[] => {
  const further = FURTHER.filter((limit) => limits[limit] !== undefined);
  if (further.length === 0) return ALWAYS;
  return [...ALWAYS, ...further.flatMap((limit) => Object.values(LIMITS[limit].by))];
};

/** The controllers of all limits. */
export const ALL_CONTROLLERS: readonly string[] = [
  ...new Set([...ALWAYS, ...Object.values(LIMITS).flatMap((row) => Object.values(row.by))]),
];
