import { capabilityFacts } from './capability-facts.ts';
import type { CapabilityFacts, ProcessFacts } from './facts.ts';

/** `filters`: seccomp filters that every process of the host has inherited. */
export type Baseline = { readonly filters: number };

/** Reads /proc/PID/status, uid_map and gid_map: proc_pid_status(5), user_namespaces(7). */
export const processFacts = (
  status: string,
  maps: { readonly uid: string; readonly gid: string },
  { filters }: Baseline,
): ProcessFacts => {
  const [hostUid, hostGid] = [effectiveId(status, 'Uid'), effectiveId(status, 'Gid')];
  return {
    capabilities: capabilitiesOf(status),
    filters: Math.max(0, filtersOf(status) - filters),
    noNewPrivileges: field(status, 'NoNewPrivs') === '1',
    user: { uid: inside(hostUid, maps.uid), gid: inside(hostGid, maps.gid), hostUid, hostGid },
  };
};

/** Kernels before 5.9 have no count; mode 1 is strict, mode 2 has filters. */
export const filtersOf = (status: string): number =>
  Number(field(status, 'Seccomp_filters') ?? (field(status, 'Seccomp') === '2' ? 1 : 0));

const SETS = ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'];

const capabilitiesOf = (status: string): CapabilityFacts => {
  const bits = SETS.reduce((all, set) => all | BigInt(`0x${field(status, set) ?? '0'}`), 0n);
  return capabilityFacts((_, number) => ((bits >> BigInt(number)) & 1n) === 1n);
};

// Real, effective, saved and file system id. A process with root among them can become root again.
const effectiveId = (status: string, name: string): number => {
  const ids = (field(status, name) ?? '').split('\t').map(Number);
  return ids.includes(0) ? 0 : (ids[1] ?? Number.NaN);
};

const field = (status: string, name: string): string | undefined =>
  new RegExp(`^${name}:\\t(.*)$`, 'm').exec(status)?.[1];

/** An id of the host as the processes of the namespace see it; lines are `inside outside count`. */
const inside = (id: number, map: string): number => {
  for (const line of map.split('\n')) {
    const [first = Number.NaN, outside = Number.NaN, count = 0] = line.trim().split(/\s+/).map(Number);
    if (id >= outside && id < outside + count) return first + id - outside;
  }
  return OVERFLOW;
};

/** The id that stands for ids without a mapping: /proc/sys/kernel/overflowuid. */
const OVERFLOW = 65534;
