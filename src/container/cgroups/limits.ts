import type { Errno } from '../../kernel/program/errno.ts';
import { keyOf } from '../../project/model/key-of.ts';
import { memoryWithSwap } from '../../project/model/memory-with-swap.ts';
import type { Limits } from '../../project/model/project.ts';
import type { Controller } from './limit-table.ts';

/** One write to a file of a cgroup. */
export type LimitFile = {
  readonly controller: Controller;
  readonly file: string;
  readonly value: string;
  /** The limit in the model. */
  readonly from: keyof Limits;
  /** The key in the Compose file, relative to the service: `blkio_config.weight`. */
  readonly key: string;
  /** `nothing` for a value that is a default or has no effect; `warning` for a file that only some kernels have. */
  readonly ifMissing: 'error' | 'warning' | 'nothing';
  /** An errno of the write that is not a failure. */
  readonly tolerate?: Errno;
};

/**
 * The limits of a service as writes to the files of a new cgroup, in an order that the kernel accepts.
 * Source: Documentation/admin-guide/cgroup-v1/ and cgroup-v2.rst of Linux.
 */
export const limitFiles = (limits: Limits, version: 1 | 2): readonly LimitFile[] => [
  ...memoryFiles(limits, version),
  ...cpuFiles(limits, version),
  ...realtimeFiles(limits, version),
  ...(limits.cpuset === undefined ? [] : [asked('cpuset', 'cpuset.cpus', limits.cpuset, 'cpuset')]),
  ...pidsFiles(limits),
];

/**
 * Converts CPU shares (2 to 262144, default 1024) into a weight of version 2 (1 to 10000, default 100).
 * The formula of runc 1.4 and crun 1.23, which maps default to default; older versions are linear and map 1024 to 39.
 */
export const weightOfShares = (shares: number): number => {
  if (shares <= 2) return 1;
  if (shares >= 262_144) return 10_000;
  const power = Math.log2(shares);
  const weight = 10 ** ((power * power + 125 * power) / 612 - 7 / 34);
  // Rounded first, because 1024 gives 100 with an error in the last bit.
  return Math.ceil(Number(weight.toPrecision(12)));
};

// As in Docker: the default swap limit equals the memory limit, and 0 means not set.
const memoryFiles = (limits: Limits, version: 1 | 2): readonly LimitFile[] => {
  const reserved = version === 1 ? 'memory.soft_limit_in_bytes' : 'memory.low';
  return [
    ...ceilingFiles(limits, version),
    ...(version === 1 ? patienceFiles(limits) : []),
    ...(limits.memoryReservation
      ? [asked('memory', reserved, limits.memoryReservation, 'memoryReservation')]
      : []),
  ];
};

const patienceFiles = ({ memorySwappiness, oomKillDisable }: Limits): readonly LimitFile[] => [
  ...(memorySwappiness === undefined
    ? []
    : [rare('memory', 'memory.swappiness', memorySwappiness, 'memorySwappiness')]),
  ...(oomKillDisable ? [rare('memory', 'memory.oom_control', 1, 'oomKillDisable')] : []),
];

const ceilingFiles = ({ memory, memorySwap }: Limits, version: 1 | 2): readonly LimitFile[] => {
  if (!memory) return [];
  const usual = memoryWithSwap(memory);
  const sum = memorySwap || usual;
  const isAsked = sum !== usual;
  const swap = {
    controller: 'memory',
    from: isAsked ? 'memorySwap' : 'memory',
    key: keyOf(isAsked ? 'memorySwap' : 'memory'),
    ifMissing: !isAsked || sum < 0 || sum === memory ? 'nothing' : 'error',
  } as const;
  // memory.rst: memory plus swap must not be lower than memory. A new cgroup has neither limit, so memory comes first.
  return version === 1
    ? [
        asked('memory', 'memory.limit_in_bytes', memory, 'memory'),
        { ...swap, file: 'memory.memsw.limit_in_bytes', value: String(sum) },
      ]
    : [
        asked('memory', 'memory.max', memory, 'memory'),
        { ...swap, file: 'memory.swap.max', value: sum < 0 ? 'max' : String(sum - memory) },
      ];
};

const cpuFiles = (limits: Limits, version: 1 | 2): readonly LimitFile[] => {
  const { cpuShares, cpuPeriod = PERIOD } = limits;
  const quota = limits.cpus ? Math.max(LEAST_QUOTA, Math.round(limits.cpus * PERIOD)) : limits.cpuQuota;
  const from = limits.cpus ? 'cpus' : limits.cpuQuota ? 'cpuQuota' : 'cpuPeriod';
  const isAsked = quota !== undefined || limits.cpuPeriod !== undefined;
  return version === 1
    ? [
        ...(isAsked ? [asked('cpu', 'cpu.cfs_period_us', cpuPeriod, from)] : []),
        ...(quota ? [asked('cpu', 'cpu.cfs_quota_us', quota, from)] : []),
        ...(cpuShares ? [asked('cpu', 'cpu.shares', cpuShares, 'cpuShares')] : []),
      ]
    : [
        ...(isAsked ? [asked('cpu', 'cpu.max', `${quota ?? 'max'} ${cpuPeriod}`, from)] : []),
        ...(cpuShares ? [asked('cpu', 'cpu.weight', weightOfShares(cpuShares), 'cpuShares')] : []),
      ];
};

/** sched-rt-group.rst: the runtime must not exceed the period. A new cgroup has runtime 0: the period comes first. */
const realtimeFiles = ({ cpuRtPeriod, cpuRtRuntime }: Limits, version: 1 | 2): readonly LimitFile[] => {
  if (version === 2) return [];
  return [
    ...(cpuRtPeriod ? [rare('cpu', 'cpu.rt_period_us', cpuRtPeriod, 'cpuRtPeriod')] : []),
    ...(cpuRtRuntime ? [rare('cpu', 'cpu.rt_runtime_us', cpuRtRuntime, 'cpuRtRuntime')] : []),
  ];
};

const pidsFiles = ({ pids }: Limits): readonly LimitFile[] =>
  pids === undefined ? [] : [asked('pids', 'pids.max', pids > 0 ? pids : 'max', 'pids')];

const asked = (
  controller: Controller,
  file: string,
  value: number | string,
  from: keyof Limits,
): LimitFile => ({
  controller,
  file,
  value: String(value),
  from,
  key: keyOf(from),
  ifMissing: 'error',
});

/** For a file that only some kernels have. */
const rare = (...limit: Parameters<typeof asked>): LimitFile => ({
  ...asked(...limit),
  ifMissing: 'warning',
});

/** The default period, in microseconds. The kernel refuses quotas below 1 ms. */
export const PERIOD = 100_000;
const LEAST_QUOTA = 1000;
