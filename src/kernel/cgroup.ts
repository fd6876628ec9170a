/**
 * The cgroup hierarchies that this process sees: cgroups(7). `v2` and `v1` have hierarchies of one version only;
 * `hybrid` has both, and each controller belongs to one of them.
 */
export type CgroupLayout = {
  readonly mode: 'v2' | 'v1' | 'hybrid' | 'none';
  readonly hierarchies: readonly Hierarchy[];
};

export type Hierarchy = {
  readonly version: 1 | 2;
  /** Version 1: controllers mounted together, in the order of /proc/self/cgroup. Version 2: available controllers. */
  readonly controllers: readonly string[];
  /** The name of a version 1 hierarchy without controllers, such as `systemd`. */
  readonly name?: string;
  readonly mountPoint: string;
  /** The cgroup at the mount point: `/`, or inside a container often only a part of the tree. */
  readonly mountRoot: string;
  readonly readOnly: boolean;
  /** The cgroup of this process, as in /proc/self/cgroup. */
  readonly path: string;
  /** The directory of this process's cgroup, if it is below the mount point. */
  readonly own?: string;
};

/**
 * Reads /proc/self/mountinfo and /proc/self/cgroup, see proc(5). Mount points are never assumed.
 * `controllersAt` reads `cgroup.controllers` of a version 2 mount point; it is called at most once.
 */
export const parseCgroups = (
  mountinfo: string,
  cgroup: string,
  controllersAt: (mountPoint: string) => string,
): CgroupLayout => {
  const mounts = cgroupMounts(mountinfo);
  const hierarchies = cgroup.split('\n').flatMap((line) => {
    const membership = parseMembership(line);
    const mount = membership && bestMount(mounts, membership);
    return mount ? [hierarchyOf(mount, membership, controllersAt)] : [];
  });
  return { mode: modeOf(hierarchies), hierarchies };
};

/** The hierarchy that has a controller, such as `memory`. */
export const hierarchyWith = ({ hierarchies }: CgroupLayout, controller: string): Hierarchy | undefined =>
  hierarchies.find(({ controllers }) => controllers.includes(controller));

/** The version 2 hierarchy. On a hybrid host it sets no limits; it has `cgroup.kill`, `cgroup.events`, the freezer. */
export const unified = ({ hierarchies }: CgroupLayout): Hierarchy | undefined =>
  hierarchies.find(({ version }) => version === 2);

type Membership = {
  readonly version: 1 | 2;
  readonly controllers: readonly string[];
  readonly name?: string;
  readonly path: string;
};

type Mount = {
  readonly version: 1 | 2;
  readonly root: string;
  readonly mountPoint: string;
  readonly readOnly: boolean;
  /** Super block options: `rw`, `cpu`, `name=systemd`. */
  readonly options: readonly string[];
};

// `4:memory:/docker/0f`, `9:name=systemd:/init.scope`, `0::/user.slice`; the path may hold colons itself.
const parseMembership = (line: string): Membership | undefined => {
  const match = /^(\d+):([^:]*):(.*)$/.exec(line);
  if (!match) return undefined;
  const [, id, list = '', path = '/'] = match;
  if (id === '0') return { version: 2, controllers: [], path };
  const name = /^name=(.*)$/.exec(list)?.[1];
  return name === undefined
    ? { version: 1, controllers: list.split(','), path }
    : { version: 1, controllers: [], name, path };
};

// proc_pid_mountinfo(5): id, parent, device, root, mount point, options, optional fields, -, type, source, options.
const cgroupMounts = (mountinfo: string): readonly Mount[] => {
  const mounts = new Map<string, Mount>();
  for (const line of mountinfo.split('\n')) {
    const [front = '', back = ''] = line.split(' - ');
    const [, , , root, mountPoint, options] = front.split(' ');
    const [type, , superOptions = ''] = back.split(' ');
    if (root === undefined || mountPoint === undefined) continue;
    // A later mount on the same mount point hides the earlier one, whatever its type.
    mounts.delete(unescaped(mountPoint));
    if (type !== 'cgroup' && type !== 'cgroup2') continue;
    mounts.set(unescaped(mountPoint), {
      version: type === 'cgroup2' ? 2 : 1,
      root: unescaped(root),
      mountPoint: unescaped(mountPoint),
      readOnly: options?.split(',').includes('ro') === true,
      options: superOptions.split(','),
    });
  }
  return [...mounts.values()];
};

// A hierarchy may be mounted several times. Best is a mount with this process's cgroup, then a writable one, then
// one of the whole tree.
const bestMount = (mounts: readonly Mount[], membership: Membership): Mount | undefined => {
  const wanted = membership.name === undefined ? membership.controllers : [`name=${membership.name}`];
  const score = (mount: Mount): number =>
    (ownDirectory(mount, membership.path) === undefined ? 0 : 4) +
    (mount.readOnly ? 0 : 2) +
    (mount.root === '/' ? 1 : 0);
  return mounts
    .filter(
      ({ version, options }) => version === membership.version && wanted.every((o) => options.includes(o)),
    )
    .toSorted((a, b) => score(b) - score(a))[0];
};

const hierarchyOf = (
  mount: Mount,
  { version, controllers, name, path }: Membership,
  controllersAt: (mountPoint: string) => string,
): Hierarchy => {
  const { mountPoint, readOnly, root: mountRoot } = mount;
  const own = ownDirectory(mount, path);
  return {
    version,
    controllers: version === 2 ? controllersAt(mountPoint).split(/\s+/).filter(Boolean) : controllers,
    ...(name === undefined ? {} : { name }),
    mountPoint,
    mountRoot,
    readOnly,
    path,
    ...(own === undefined ? {} : { own }),
  };
};

// cgroup_namespaces(7): a cgroup outside the namespace's root is shown as `/..`, so its directory is unknown.
const ownDirectory = ({ root, mountPoint }: Mount, path: string): string | undefined => {
  if (path.startsWith('/..')) return undefined;
  if (root === path) return mountPoint;
  const below = root === '/' ? path : path.startsWith(`${root}/`) ? path.slice(root.length) : undefined;
  return below === undefined ? undefined : `${mountPoint === '/' ? '' : mountPoint}${below}`;
};

const modeOf = (hierarchies: readonly Hierarchy[]): CgroupLayout['mode'] => {
  const versions = new Set(hierarchies.map(({ version }) => version));
  if (versions.size === 2) return 'hybrid';
  return versions.has(2) ? 'v2' : versions.has(1) ? 'v1' : 'none';
};

/** A path in proc_pid_mountinfo(5), in which space, tab, newline and backslash are octal escapes. */
export const unescaped = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
