import type { Hierarchy } from '../../kernel/cgroup.ts';
import type { Limits } from '../../project/model/project.ts';

export type Controller = 'memory' | 'cpu' | 'pids' | 'cpuset' | 'blkio' | 'io';

type Row = {
  readonly why: string;
  /** The controller of the limit in each cgroup version; absent if the version has no such limit. */
  readonly by: Readonly<Partial<Record<Hierarchy['version'], Controller>>>;
};

const by = (controller: Controller): Row['by'] => ({ 1: controller, 2: controller });

/** All limits of a service. Source: Documentation/admin-guide/cgroup-v1/ and cgroup-v2.rst of Linux. */
export const LIMITS: Readonly<Record<keyof Limits, Row>> = {
  memory: {
    why: 'the memory limit; the OOM killer enforces it',
    by: by('memory'),
  },
  memorySwap: {
    why: 'the limit of memory and swap together',
    by: by('memory'),
  },
  memoryReservation: {
    why: 'the memory that is protected when the host runs short of memory',
    by: by('memory'),
  },
  memorySwappiness: {
    why: 'the tendency of the kernel to swap out memory of the container',
    by: { 1: 'memory' },
  },
  oomKillDisable: {
    why: 'processes at the memory limit wait for memory instead of being killed',
    by: { 1: 'memory' },
  },
  cpus: { why: 'the CPU time of the container in each period', by: by('cpu') },
  cpuQuota: { why: 'the CPU time of the container in each period', by: by('cpu') },
  cpuPeriod: { why: 'the length of the period of the CPU quota', by: by('cpu') },
  cpuShares: {
    why: 'the relative weight when containers compete for CPU time',
    by: by('cpu'),
  },
  cpuRtPeriod: {
    why: 'the length of the period of the real-time share',
    by: { 1: 'cpu' },
  },
  cpuRtRuntime: {
    why: 'the CPU time of real-time processes in each period',
    by: { 1: 'cpu' },
  },
  cpuset: { why: 'the CPUs of the container', by: by('cpuset') },
  pids: { why: 'the limit of processes and threads', by: by('pids') },
  blockIo: {
    why: 'weights and rate limits of block devices',
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

/**
 * The controllers of version 1 with settings that hold against the container: its limits, and also without any the
 * weights, with which it could take time from the containers beside it.
 */
export const guardedBy = (limits: { readonly [Limit in keyof Limits]?: unknown }): readonly string[] => [
  ...WEIGHED,
  ...(Object.keys(LIMITS) as (keyof Limits)[]).flatMap((limit) =>
    limits[limit] === undefined ? [] : (LIMITS[limit].by[1] ?? []),
  ),
];

const WEIGHED: readonly Controller[] = ['cpu', 'blkio'];

/** The controllers of all limits. */
export const ALL_CONTROLLERS: readonly string[] = [
  ...new Set([...ALWAYS, ...Object.values(LIMITS).flatMap((row) => Object.values(row.by))]),
];
