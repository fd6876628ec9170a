import { existsSync, readFileSync, statSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import type { BlockDevices } from '../../container/cgroups/resources.ts';
import { pathOf } from '../../container/config.ts';
import type { HostFacts, ServiceFacts, VolumeSource, VolumeSources } from '../../container/facts.ts';
import { type CgroupLayout, parseCgroups } from '../../kernel/cgroup.ts';
import { ARCHITECTURE } from '../../kernel/program/architecture.ts';
import { CAPABILITIES } from '../../kernel/program/constants.ts';
import type { Service } from '../../project/model/project.ts';
import { editsOf } from '../devices/cdi/edits.ts';
import type { Registry } from '../devices/cdi/registry.ts';
import { deviceNumbers, hostDevices, mappedDevices } from '../devices/nodes.ts';
import { namesIfThere, readIfThere } from '../directories/read-if-there.ts';
import { rootDirectory } from '../images/root-directory.ts';
import { entryInside, isFileInside } from '../volumes/file-inside.ts';
import { type Accounts, findGroup, findUser, passwdOf } from './accounts.ts';
import type { HostRoot } from './host-root.ts';

/** Collects the facts about the host that the compiler needs. */
export const hostFacts = (nofile: HostFacts['nofile']): HostFacts => ({ ...machineFacts(), nofile });

/** All of them but the limit of the user's shell. */
export const machineFacts = (): Omit<HostFacts, 'nofile'> => ({
  cgroups: cgroupLayout(),
  architecture: ARCHITECTURE,
  kernel: /^\d+\.\d+/.exec(release())![0],
  oomScoreAdj: Number(read('/proc/self/oom_score_adj')),
  lastCapability: Number(read('/proc/sys/kernel/cap_last_cap')),
  capabilities: ownCapabilities(read('/proc/self/status')),
  throttledCpus: throttledCpus(),
});

export const cgroupLayout = (): CgroupLayout =>
  parseCgroups(read('/proc/self/mountinfo'), read('/proc/self/cgroup'), (mountPoint) =>
    readIfThere(`${mountPoint}/cgroup.controllers`),
  );

const ownCapabilities = (status: string): readonly string[] => {
  const bits = BigInt(`0x${/^CapBnd:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? '0'}`);
  return CAPABILITIES.filter((_, index) => (bits >> BigInt(index)) & 1n);
};

const CPUS = '/sys/devices/system/cpu';

const throttledCpus = (): readonly number[] =>
  namesIfThere(CPUS).flatMap((name) => {
    const number = /^cpu(\d+)$/.exec(name)?.[1];
    return number !== undefined && existsSync(join(CPUS, name, 'thermal_throttle')) ? [Number(number)] : [];
  });

/** Inspects a service's root and the sources of its mounts. */
export const serviceFacts = (
  service: Service,
  hostRoot: HostRoot,
  volumes: VolumeSources = new Map(),
  registryOf?: () => Registry,
  accountsOf: Accounts['of'] = (service) => passwdOf(service, hostRoot),
): ServiceFacts => {
  const isHost = service.rootfs.kind === 'host';
  const lower = isHost ? hostRoot.path : rootDirectory(service);
  const [passwd, group] = accountsOf(service);
  const { user, home } = findUser(service.user ?? '0', passwd, group);
  const added = (service.groupAdd ?? []).map((name) => findGroup(name, group));
  const edits = editsOf(service, user, registryOf);
  const rootMounts = isHost ? hostRoot.mounts : [];
  const sources = [
    ...rootMounts.map(({ source }) => source),
    ...service.mounts.flatMap((mount) => (mount.kind === 'bind' ? [mount.source] : [])),
    ...edits.mounts.map(({ source }) => source),
  ];
  return {
    user: { ...user, additionalGids: [...user.additionalGids, ...added, ...edits.groups] },
    home,
    lower,
    rootMounts,
    extraPath: isHost ? hostRoot.extraPath : [],
    files: new Set([
      ...sources.filter((source) => statSync(source, { throwIfNoEntry: false })?.isDirectory() === false),
      ...[...volumes.values()].filter(isFileOfVolume).map(pathOf),
    ]),
    volumes,
    tmpfsModes: tmpfsModes(service, lower),
    blockDevices: blockDevices(service.limits.blockIo?.devices ?? []),
    hostDevices: service.privileged ? hostDevices() : [],
    devices: [...mappedDevices(service), ...edits.devices],
    edits,
  };
};

/** Nothing for a target below another mount, which hides that part of the root. */
const tmpfsModes = ({ mounts }: Service, root: string): ReadonlyMap<string, number> =>
  new Map(
    mounts.flatMap(({ kind, target }) => {
      if (kind !== 'tmpfs') return [];
      const isHidden = mounts.some((other) => target.startsWith(`${other.target}/`));
      const entry = isHidden ? undefined : entryInside(root, target);
      return entry?.isDirectory() ? [[target, entry.mode & 0o7777] as const] : [];
    }),
  );

// The links of a volume belong to containers: its paths are not looked up like those of the host.
const isFileOfVolume = ({ data, subpath }: VolumeSource): boolean =>
  subpath !== undefined && isFileInside(data, subpath);

/** The device numbers of the paths that are block devices. */
export const blockDevices = (limits: readonly { readonly path: string }[]): BlockDevices =>
  new Map(
    limits.flatMap(({ path }) => {
      const entry = statSync(path, { throwIfNoEntry: false });
      return entry?.isBlockDevice() ? [[path, deviceNumbers(entry.rdev)] as const] : [];
    }),
  );

const read = (path: string): string => readFileSync(path, 'utf8');
