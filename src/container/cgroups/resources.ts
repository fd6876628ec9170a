import { memoryWithSwap } from '../../project/model/memory-with-swap.ts';
import type { BlockDeviceKey, BlockIo, Limits } from '../../project/model/project.ts';
import type { OciBlockIo, OciResources } from '../oci.ts';
import { PERIOD } from './limits.ts';

/** Device numbers of block devices by path on the host. */
export type BlockDevices = ReadonlyMap<string, readonly [major: number, minor: number]>;

/** Converts the limits of a service into `resources` of the OCI runtime configuration. */
export const resourcesOf = (limits: Limits, devices: BlockDevices): OciResources =>
  present({
    memory: present(memoryOf(limits)),
    cpu: present(cpuOf(limits)),
    // No limit is the default of a new cgroup.
    pids: limits.pids && limits.pids > 0 ? { limit: limits.pids } : undefined,
    blockIO: limits.blockIo && blockIoOf(limits.blockIo, devices),
  }) ?? {};

/** Converts `resources` of the OCI runtime configuration back into limits. */
export const limitsOf = ({ memory, cpu, pids }: OciResources): Limits =>
  present({
    memory: memory?.limit,
    memorySwap: memory?.swap,
    memoryReservation: memory?.reservation,
    memorySwappiness: memory?.swappiness,
    oomKillDisable: memory?.disableOOMKiller ? (true as const) : undefined,
    ...cpuTimeOf(cpu),
    cpuShares: cpu?.shares,
    cpuRtPeriod: cpu?.realtimePeriod,
    cpuRtRuntime: cpu?.realtimeRuntime,
    cpuset: cpu?.cpus,
    pids: pids?.limit,
  }) ?? {};

const memoryOf = ({ memory, memorySwap, ...limits }: Limits) => ({
  limit: memory,
  swap: memory === undefined ? undefined : (memorySwap ?? memoryWithSwap(memory)),
  reservation: limits.memoryReservation,
  swappiness: limits.memorySwappiness,
  disableOOMKiller: limits.oomKillDisable,
});

const cpuOf = ({ cpus, cpuShares, ...limits }: Limits) => ({
  shares: cpuShares ? Math.max(LEAST_SHARES, cpuShares) : undefined,
  quota: cpus === undefined ? limits.cpuQuota : Math.round(cpus * PERIOD),
  period: cpus === undefined ? limits.cpuPeriod : PERIOD,
  realtimeRuntime: limits.cpuRtRuntime,
  realtimePeriod: limits.cpuRtPeriod,
  cpus: limits.cpuset,
});

/** The minimum: the kernel raises lower values to it, and runc refuses them. */
const LEAST_SHARES = 2;

/** A quota of the default period is `cpus`. */
const cpuTimeOf = ({ quota, period }: NonNullable<OciResources['cpu']> = {}): Limits => {
  if (quota !== undefined && period === PERIOD) return { cpus: quota / period };
  return {
    ...(quota === undefined ? {} : { cpuQuota: quota }),
    ...(period === undefined ? {} : { cpuPeriod: period }),
  };
};

const blockIoOf = ({ weight, devices }: BlockIo, numbers: BlockDevices): OciBlockIo => {
  const of = (wanted: BlockDeviceKey) =>
    devices.flatMap(({ limit, path, value }) => {
      const number = limit === wanted ? numbers.get(path) : undefined;
      return number ? [{ major: number[0], minor: number[1], value }] : [];
    });
  const rates = (wanted: BlockDeviceKey) =>
    of(wanted).map(({ value: rate, ...device }) => ({ ...device, rate }));
  return {
    ...(weight === undefined ? {} : { weight }),
    weightDevice: of('weight_device').map(({ value, ...device }) => ({ ...device, weight: value })),
    throttleReadBpsDevice: rates('device_read_bps'),
    throttleWriteBpsDevice: rates('device_write_bps'),
    throttleReadIOPSDevice: rates('device_read_iops'),
    throttleWriteIOPSDevice: rates('device_write_iops'),
  };
};

type Present<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

/** The object without undefined values, or undefined if no value is left. */
const present = <T extends object>(object: T): Present<T> | undefined => {
  const entries = Object.entries(object).filter(([, value]) => value !== undefined);
  return entries.length === 0 ? undefined : (Object.fromEntries(entries) as Present<T>);
};
