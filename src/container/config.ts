import { oncePer } from '../base/lazy.ts';
import { CAPABILITIES } from '../kernel/program/constants.ts';
import type { Mount, Service } from '../project/model/project.ts';
import type { Namespace } from '../project/scalars/namespaces.ts';
import { resourcesOf } from './cgroups/resources.ts';
import {
  DEFAULT_CAPABILITIES,
  DEFAULT_DEVICES,
  DEFAULT_MOUNTS,
  DEFAULT_PATH,
  DEFAULT_SYSCTLS,
  EVERY_DEVICE,
  MASKED_PATHS,
  READONLY_PATHS,
} from './defaults.ts';
import { deviceNodes, deviceRules } from './devices/of-service.ts';
import type { HostFacts, ServiceFacts, VolumeSource, VolumeSources } from './facts.ts';
import { NAMESPACES } from './namespaces.ts';
import type { OciCapabilities, OciConfig, OciMount, OciNamespace, OciProcess } from './oci.ts';
import { confinementOf } from './seccomp/confinement.ts';

/** A service as an OCI runtime configuration, equal to the one that Docker gives to runc(8). */
export const ociConfig = (
  service: Service,
  facts: ServiceFacts,
  host: HostFacts,
  container: { readonly hostname: string; readonly cgroup: string },
): OciConfig => {
  const process = processOf(service, facts, host, container.hostname);
  const confinement = confinementOf(service, process.capabilities.bounding, host);
  return {
    ociVersion: '1.2.0',
    process,
    root: { path: facts.lower, readonly: service.readOnly },
    hostname: container.hostname,
    ...(service.domainname === undefined ? {} : { domainname: service.domainname }),
    mounts: mountsOf(service, facts),
    linux: {
      namespaces: NAMESPACES.filter((type) => kindOf(service, type) !== 'host').map((type) => ({ type })),
      resources: {
        ...resourcesOf(service.limits, facts.blockDevices),
        devices: service.privileged ? EVERY_DEVICE : deviceRules(facts.devices, service.deviceRules),
      },
      cgroupsPath: `/${container.cgroup}`,
      devices: deviceNodes(service.privileged ? facts.hostDevices : DEFAULT_DEVICES, facts.devices),
      sysctl: { ...(hasOwnNetwork(service) ? DEFAULT_SYSCTLS : {}), ...service.sysctls },
      maskedPaths: hasOpenPaths(service) ? [] : maskedPaths(host),
      readonlyPaths: hasOpenPaths(service) ? [] : READONLY_PATHS,
      ...(confinement ? { seccomp: confinement.rules } : {}),
    },
    ...(facts.edits.hooks.length > 0 ? { hooks: { createContainer: facts.edits.hooks } } : {}),
    annotations: service.labels,
  };
};

/** The settings of a network belong to the container that the others share it with, or to the host. */
const hasOwnNetwork = ({ namespaces }: Service): boolean => (namespaces?.network?.kind ?? 'none') === 'none';

const hasOpenPaths = ({ privileged, openPaths }: Service): boolean => privileged || openPaths === true;

const kindOf = ({ namespaces = {} }: Service, type: OciNamespace): Namespace['kind'] | undefined =>
  type === 'mount' ? undefined : namespaces[type]?.kind;

const processOf = (service: Service, facts: ServiceFacts, host: HostFacts, hostname: string): OciProcess => ({
  terminal: service.tty,
  user: facts.user,
  args: [...(service.entrypoint ?? []), ...(service.command ?? [])],
  env: environmentOf(service, facts, hostname),
  cwd: service.workingDir ?? '/',
  capabilities: capabilitiesOf(service, facts.user.uid, host.capabilities),
  rlimits: rlimitsOf(service, host),
  oomScoreAdj: service.oomScoreAdj ?? 0,
  noNewPrivileges: service.noNewPrivileges ?? false,
});

const environmentOf = (service: Service, facts: ServiceFacts, hostname: string): readonly string[] => {
  const environment: Record<string, string> = {
    PATH: [DEFAULT_PATH, ...facts.extraPath].join(':'),
    HOSTNAME: hostname,
    ...(service.tty ? { TERM: 'xterm' } : {}),
    ...service.environment,
    ...facts.edits.environment,
  };
  environment.HOME ??= facts.home;
  return Object.entries(environment).map(([name, value]) => `${name}=${value}`);
};

/**
 * The bounding, permitted and effective sets are the same; inheritable and ambient are empty (CVE-2022-24769).
 * capabilities(7): the kernel clears permitted and effective when a process changes from root to another user.
 */
export const capabilitiesOf = (
  { privileged, capAdd, capDrop }: Pick<Service, 'privileged' | 'capAdd' | 'capDrop'>,
  uid: number,
  available: readonly string[],
): OciCapabilities => {
  const bounding = CAPABILITIES.filter((capability) => {
    // As Docker: `cap_add` of a name wins over `cap_drop`, unless `ALL` is added too, from which a name can be dropped.
    if (capAdd.includes(capability)) return !(capAdd.includes('ALL') && capDrop.includes(capability));
    // Capabilities that are not added by name are limited to those that tscompose has.
    if (!available.includes(capability)) return false;
    if (privileged) return true;
    if (capDrop.includes(capability)) return false;
    if (capAdd.includes('ALL')) return true;
    return DEFAULT_CAPABILITIES.includes(capability) && !capDrop.includes('ALL');
  });
  const active = uid === 0 ? bounding : [];
  return { bounding, effective: active, permitted: active, inheritable: [], ambient: [] };
};

const rlimitsOf = (service: Service, host: HostFacts): OciProcess['rlimits'] => {
  const limits = { nofile: host.nofile, ...service.ulimits };
  return Object.entries(limits).map(([name, { soft, hard }]) => ({
    type: `RLIMIT_${name.toUpperCase()}`,
    soft,
    hard,
  }));
};

// As in Docker: a mount of the service takes the place of the default mount of the same target, and covers those below
// it. A bind of the host's /sys shows the host's cgroups too. A mount of a specified device takes the place of both.
const mountsOf = (
  service: Service,
  { rootMounts, files, volumes, tmpfsModes, edits }: ServiceFacts,
): readonly OciMount[] => {
  const own = [
    ...service.mounts
      .filter(({ target }) => !edits.mounts.some(({ destination }) => destination === target))
      .map((mount) => (mount.kind === 'tmpfs' ? tmpfsOf(mount, tmpfsModes) : mountOf(mount, files, volumes))),
    ...edits.mounts,
  ];
  const isCovered = ({ destination }: OciMount): boolean =>
    own.some((mount) => `${destination}/`.startsWith(`${mount.destination}/`));
  const defaults = DEFAULT_MOUNTS.filter((mount) => !isCovered(mount)).flatMap((mount) =>
    mount.destination === SHM ? shmOf(mount, service) : [service.privileged ? writable(mount) : mount],
  );
  return [...parentsFirst([...rootMounts, ...defaults]), ...parentsFirst(own)];
};

/** Mounts of one depth stay in their order. */
const parentsFirst = (mounts: readonly OciMount[]): readonly OciMount[] =>
  mounts.toSorted((a, b) => depth(a) - depth(b));

type MountOf<Kind extends Mount['kind']> = Extract<Mount, { readonly kind: Kind }>;

/** As runc: without a mode, the file system has that of the directory in its place. */
const tmpfsOf = (
  { target, options, readOnly }: MountOf<'tmpfs'>,
  modes: ServiceFacts['tmpfsModes'],
): OciMount => {
  const mode = options.some((option) => option.startsWith('mode=')) ? undefined : modes.get(target);
  return {
    destination: target,
    type: 'tmpfs',
    source: 'tmpfs',
    options: [
      ...['noexec', 'nosuid', 'nodev'].filter((option) => !options.includes(option.slice('no'.length))),
      ...(readOnly ? ['ro'] : []),
      ...(mode === undefined ? [] : [`mode=${mode.toString(8)}`]),
      ...options,
    ],
  };
};

const mountOf = (
  mount: MountOf<'bind' | 'volume' | 'image'>,
  files: ReadonlySet<string>,
  volumes: VolumeSources,
): OciMount => {
  const source = mount.kind === 'bind' ? mount.source : pathOf(volumes.get(mount.target)!);
  const propagation = (mount.kind === 'bind' && mount.propagation) || 'rprivate';
  // Runtimes refuse recursive options for a file.
  const recursive = mount.kind === 'bind' ? mount.recursive : undefined;
  const [bind, readOnly] =
    files.has(source) || recursive === 'disabled'
      ? ['bind', 'ro']
      : ['rbind', recursive === 'writable' ? 'ro' : 'rro'];
  return {
    destination: mount.target,
    type: 'bind',
    source,
    options: [bind, propagation, mount.readOnly ? readOnly : 'rw'],
  };
};

/** The path of a mounted volume or image on the host. */
export const pathOf = ({ data, subpath }: VolumeSource): string =>
  subpath === undefined ? data : `${data}/${subpath}`;

const writable = (mount: OciMount): OciMount => ({
  ...mount,
  options:
    mount.type === 'sysfs' || mount.type === 'cgroup'
      ? mount.options.filter((o) => o !== 'ro')
      : mount.options,
});

const SHM = '/dev/shm';

/** The /dev/shm of a service follows its IPC namespace: the host's, none, that of the shared container, or its own. */
const shmOf = (mount: OciMount, service: Service): readonly OciMount[] => {
  switch (kindOf(service, 'ipc')) {
    case 'host':
      return [
        {
          destination: SHM,
          type: 'bind',
          source: SHM,
          options: ['rbind', 'rprivate', 'nosuid', 'noexec', 'nodev'],
        },
      ];
    case 'none':
    case 'service':
    case 'container':
      return [];
    default:
      return [service.shmSize ? sized(mount, service.shmSize) : mount];
  }
};

const sized = (mount: OciMount, bytes: number): OciMount => ({
  ...mount,
  options: [...mount.options.filter((option) => !option.startsWith('size=')), `size=${bytes}`],
});

const depth = ({ destination }: OciMount): number => destination.split('/').length;

const withoutSlash = (path: string): string => path.replace(/\/$/, '');

const maskedPaths = oncePer((host: HostFacts): readonly string[] => [
  ...MASKED_PATHS.map(withoutSlash),
  ...thermalPaths(host),
]);

const thermalPaths = ({ throttledCpus }: HostFacts): readonly string[] =>
  throttledCpus.map((cpu) => `/sys/devices/system/cpu/cpu${cpu}/thermal_throttle`);
