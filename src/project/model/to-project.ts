import { parseDuration } from '../../base/duration.ts';
import { readCapability } from '../scalars/capability.ts';
import { parsedValue } from '../scalars/flaw.ts';
import { readSignal } from '../scalars/names.ts';
import { type NamespaceKey, namespaceKeys, readCgroupParent, readNamespace } from '../scalars/namespaces.ts';
import { firstBlock } from '../scalars/subnet.ts';
import type { Canonical, CanonicalBlockIo, CanonicalNetwork, CanonicalService } from './canonical.ts';
import type { BlockIo, Limits, Network, Project, Rootfs, Service } from './project.ts';
import { mountsOf } from './to-mounts.ts';

const defaultStopSignal = 'SIGTERM';
const defaultStopGracePeriod = '10s';

/** Turns the canonical form into the model that the rest of the program works with, defaults included. */
/** What the canonical form does not say of a project. */
type Origin = Pick<Project, 'workingDir' | 'files' | 'inactive'>;

export function toProject(canonical: Canonical, origin: Origin): Project {
  const services = mapEntries(canonical.services, (service, name) =>
    toService(service, name, canonical.services),
  );
  const used = new Set(Object.values(services).flatMap((service) => Object.keys(service.networks)));
  // While `network_mode` is not honoured, a service that has it joins the default network as any other.
  const networks = Object.entries({ ...withDefaultNetwork(canonical), ...canonical.networks }).filter(
    ([key]) => used.has(key),
  );
  return {
    name: canonical.name,
    ...origin,
    services,
    networks: mapEntries(Object.fromEntries(networks), toNetwork),
  };
}

function withDefaultNetwork({ name }: Canonical): Record<string, CanonicalNetwork> {
  return { default: { name: `${name}_default` } };
}

function toService(service: CanonicalService, name: string, services: Canonical['services']): Service {
  return {
    name,
    ...present({
      containerName: service.container_name,
      hostname: service.hostname,
      domainname: service.domainname,
      workingDir: service.working_dir,
      user: service.user || undefined,
    }),
    rootfs: toRootfs(service.rootfs),
    entrypoint: service.entrypoint,
    command: service.command,
    environment: withoutNull(service.environment ?? {}),
    tty: service.tty ?? false,
    stdinOpen: service.stdin_open ?? false,
    init: service.init ?? false,
    readOnly: service.read_only ?? false,
    privileged: service.privileged ?? false,
    ...present({
      noNewPrivileges: noNewPrivileges(service) || undefined,
      groupAdd: service.group_add?.length ? service.group_add : undefined,
      oomScoreAdj: service.oom_score_adj,
      namespaces: toNamespaces(service),
      cgroupParent: parsedValue(readCgroupParent(service.cgroup_parent ?? '')) || undefined,
      shmSize: Number(service.shm_size ?? 0) || undefined,
    }),
    capAdd: (service.cap_add ?? []).map((capability) => parsedValue(readCapability(capability))),
    capDrop: (service.cap_drop ?? []).map((capability) => parsedValue(readCapability(capability))),
    ulimits: mapEntries(service.ulimits ?? {}, (limit) =>
      typeof limit === 'number' ? { soft: limit, hard: limit } : { soft: limit.soft, hard: limit.hard },
    ),
    sysctls: service.sysctls ?? {},
    limits: toLimits(service, name),
    mounts: mountsOf(service, name),
    networks: mapEntries(service.networks ?? { default: null }, (attachment) => ({
      aliases: attachment?.aliases ?? [],
    })),
    dependsOn: toDependencies(service, services),
    labels: service.labels ?? {},
    stopSignal: parsedValue(readSignal(service.stop_signal ?? defaultStopSignal)),
    stopGracePeriod: parseDuration(service.stop_grace_period ?? defaultStopGracePeriod)!,
  };
}

function toRootfs(rootfs: string | undefined): Rootfs {
  return rootfs === undefined || rootfs === 'host' ? { kind: 'host' } : { kind: 'directory', path: rootfs };
}

/** What `deploy` limits is what the keys of the service limit; where both do, they agree. */
function toLimits(service: CanonicalService, name: string): Limits {
  const deployed = service.deploy?.resources?.limits ?? {};
  const memory = Math.max(Number(service.mem_limit ?? deployed.memory ?? 0), 0);
  const swap = Number(service.memswap_limit ?? 0);
  const pids = service.pids_limit ?? deployed.pids;
  return present({
    memory: memory || undefined,
    // Docker gives as much swap as memory where nothing is said.
    memorySwap: swap || (memory ? 2 * memory : undefined),
    cpus: (service.cpus ?? deployed.cpus) || undefined,
    cpuShares: service.cpu_shares || undefined,
    cpuPeriod: service.cpu_period,
    cpuQuota: (service.cpu_quota ?? 0) > 0 ? service.cpu_quota : undefined,
    cpuRtRuntime: service.cpu_rt_runtime || undefined,
    cpuRtPeriod: service.cpu_rt_period,
    cpuset: service.cpuset,
    memorySwappiness: (service.mem_swappiness ?? -1) < 0 ? undefined : service.mem_swappiness,
    oomKillDisable: service.oom_kill_disable || undefined,
    blockIo: toBlockIo(service.blkio_config ?? {}, `services.${name}.blkio_config`),
    memoryReservation: Number(service.mem_reservation ?? 0) || undefined,
    pids: pids !== undefined && pids <= 0 ? -1 : pids,
  });
}

function toNamespaces(service: CanonicalService): Service['namespaces'] {
  const keys = Object.keys(namespaceKeys) as NamespaceKey[];
  const named = present(
    Object.fromEntries(keys.map((key) => [key, parsedValue(readNamespace(key)(service[key] ?? ''))])),
  );
  return Object.keys(named).length === 0 ? undefined : named;
}

const BLOCK_RATES = ['device_read_bps', 'device_write_bps', 'device_read_iops', 'device_write_iops'] as const;

function toBlockIo(config: CanonicalBlockIo, from: string): BlockIo | undefined {
  const weights = (config.weight_device ?? [])
    .map(({ path, weight }, index) => ({
      limit: 'weight_device' as const,
      path,
      value: weight,
      from: `${from}.weight_device[${index}].path`,
    }))
    .filter(({ value }) => value > 0);
  const rates = BLOCK_RATES.flatMap((limit) =>
    (config[limit] ?? []).map(({ path, rate }, index) => ({
      limit,
      path,
      value: Number(rate),
      from: `${from}.${limit}[${index}].path`,
    })),
  );
  const devices = [...weights, ...rates];
  const weight = config.weight || undefined;
  return weight === undefined && devices.length === 0 ? undefined : { ...present({ weight }), devices };
}

/** As Docker reads it: the last one counts, and alone it means yes. */
function noNewPrivileges({ security_opt = [] }: CanonicalService): boolean {
  const values = security_opt.flatMap((option) => {
    const match = /^no-new-privileges(?:[:=](.*))?$/.exec(option);
    return match ? [match[1] ?? 'true'] : [];
  });
  return values.at(-1) === 'true';
}

/** A dependency that may be missing, and is, is none. */
function toDependencies(service: CanonicalService, services: Canonical['services']): Service['dependsOn'] {
  const present = Object.entries(service.depends_on ?? {}).filter(([name]) => Object.hasOwn(services, name));
  return mapEntries(Object.fromEntries(present), ({ condition, restart, required }) => ({
    condition,
    restart: restart ?? false,
    required,
  }));
}

function toNetwork({ name, ipam }: CanonicalNetwork, key: string): Network {
  const block = firstBlock(ipam?.config);
  return { key, name, ...present({ subnet: block?.subnet, gateway: block?.gateway }) };
}

function withoutNull(object: Readonly<Record<string, string | null>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(object).filter((entry): entry is [string, string] => entry[1] !== null),
  );
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** The object without keys that have no value. */
function present<T extends object>(object: T): Present<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Present<T>;
}

function mapEntries<V, T>(
  object: Readonly<Record<string, V>>,
  change: (value: V, key: string) => T,
): Record<string, T> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]));
}
