import { latestAlike } from '../../base/lazy.ts';
import { call, inside, type OpenHow, type Step } from '../../kernel/program/program.ts';
import { FIXED, inBatches } from '../descriptors.ts';
import type { Container, VolumeSource } from '../facts.ts';
import type { OciDevice, OciMount } from '../oci.ts';
import { withTerminals } from './console.ts';
import { devMountSteps } from './dev.ts';
import { ETC_FILES } from './etc.ts';
import {
  ancestors,
  directoryInside,
  FOUND,
  FOUND_DIRECTORY,
  mountHere,
  REAL_DIRECTORY,
  rootAgainStep,
} from './files.ts';
import { grantMounts } from './grants.ts';
import { mountOptions } from './mount-options.ts';
import { holdProcSteps } from './proc.ts';
import { isShared, withSharedMounts } from './shared-mounts.ts';

/** A mount with the data for its steps. The source of a bind mount is open at `descriptor` before the root changes. */
export type PlannedMount = {
  readonly mount: OciMount;
  readonly descriptor: number;
  /** The directory of the source: the root of the host, or the file system with the files of /etc. */
  readonly directory: 'AT_FDCWD' | '$etc';
  readonly isFile: boolean;
  /** The source is in the mount namespace of another container. */
  readonly isShared: boolean;
  /** The kind of the source. */
  readonly kind: 'bind mount' | 'volume' | 'image';
  /** The volume or image, where a part of one is mounted. */
  readonly partOf: (VolumeSource & { readonly subpath: string }) | undefined;
  readonly origin: Pick<Step, 'from'>;
};

/** Parents first, as in the configuration. cgroup mounts come last, in cgroups/mounts.ts. */
export const planMounts = (container: Container): readonly PlannedMount[] => {
  const mounts = withTerminals(container, withSharedMounts(container)).filter(
    ({ type }) => type !== 'cgroup',
  );
  return [...mounts, ...etcMounts(container), ...grantMounts(container)].map((mount, index) => {
    const isEtc = index >= mounts.length;
    return {
      mount,
      descriptor: FIXED.firstTree + index,
      directory: isEtc ? '$etc' : 'AT_FDCWD',
      isFile: isEtc || container.files.has(mount.source),
      isShared: isShared(mount),
      kind: kindOf(container.volumes.get(mount.destination)),
      partOf: partOf(container.volumes.get(mount.destination)),
      origin: { from: mount.destination },
    };
  });
};

const kindOf = (volume: VolumeSource | undefined): PlannedMount['kind'] =>
  volume ? (volume.isImage ? 'image' : 'volume') : 'bind mount';

const partOf = (volume: VolumeSource | undefined): PlannedMount['partOf'] =>
  volume?.subpath === undefined ? undefined : { ...volume, subpath: volume.subpath };

const etcMounts = ({ config, grants }: Container): readonly OciMount[] =>
  ETC_FILES.filter(
    (file) =>
      !config.mounts.some(({ destination }) => destination === `/etc/${file}`) &&
      !grants.some(({ target }) => target === `/etc/${file}`),
  ).map((file) => ({
    destination: `/etc/${file}`,
    type: 'bind',
    source: file,
    options: config.root.readonly ? READ_ONLY_FILE : FILE,
  }));

const FILE = ['bind', 'rprivate'];
const READ_ONLY_FILE = [...FILE, 'ro'];

/** Mounts everything below /, after the root has changed: no path leads to the host any more. */
export const mountSteps = ({ config, stdio }: Container, mounts: readonly PlannedMount[]): readonly Step[] =>
  stepsFor(mounts, config.linux.devices, stdio === 'terminal');

// Shared by all containers with the same mounts.
const stepsFor = latestAlike(
  (mounts: readonly PlannedMount[], devices: readonly OciDevice[], hasTerminal: boolean): readonly Step[] => {
    const made = new Set<string>();
    const steps = mounts.map((planned) => {
      const { mount, isFile } = planned;
      const why = whyOf(planned);
      const missing = ancestors(isFile ? parent(mount.destination) : mount.destination).filter(
        (path) => !made.has(path),
      );
      for (const path of missing) made.add(path);
      const own = isBind(planned) ? attachSteps(planned, why) : fileSystemSteps(planned, why, hasTerminal);
      return [
        ...missing.flatMap((path) => directoryInside(path, why)),
        ...(mount.destination === '/dev' ? devMountSteps(devices, mount, own) : own),
        ...(mount.destination === '/proc' ? holdProcSteps : []),
      ];
    });
    return [...inBatches(steps), rootAgainStep];
  },
);

const whyOf = (planned: PlannedMount): string => {
  const { mount, kind } = planned;
  if (!isBind(planned)) return WHY[mount.type] ?? `a new ${mount.type} file system`;
  return `the ${kind === 'bind mount' ? kind : `${kind} at`} ${mount.destination}, resolved within the root file system`;
};

export const isBind = ({ mount }: PlannedMount): boolean => mount.type === 'bind';

const attachSteps = (planned: PlannedMount, why: string): readonly Step[] => {
  const { mount, descriptor, isFile, origin } = planned;
  return [
    ...(isFile ? [emptyFile(mount.destination, why)] : []),
    inside(why, call('openat2', 'AT_FDCWD', mount.destination, placeOf(planned)), {
      as: 'target',
      ...origin,
    }),
    inside(
      why,
      call('move_mount', descriptor, '', '$target', '', 'MOVE_MOUNT_F_EMPTY_PATH|MOVE_MOUNT_T_EMPTY_PATH'),
      origin,
    ),
  ];
};

const placeOf = ({ mount, isFile, isShared }: PlannedMount): OpenHow => {
  if (isShared && REAL.has(mount.destination)) return REAL_DIRECTORY;
  // A symbolic link in place of a file, such as /etc/resolv.conf, is mounted over and not followed.
  return isFile ? FOUND_FILE : FOUND;
};

const fileSystemSteps = (
  { mount, origin }: PlannedMount,
  why: string,
  hasTerminal: boolean,
): readonly Step[] => {
  const { destination, type, source, options } = mount;
  const { flags, data } = mountOptions(options);
  const how = REAL.has(destination) ? REAL_DIRECTORY : FOUND_DIRECTORY;
  return [
    inside(why, call('openat2', 'AT_FDCWD', destination, how), { as: 'target', ...origin }),
    ...(type === 'devpts' && hasTerminal
      ? [attachTerminals(why)]
      : mountHere(why, call('mount', source, '.', type, flags, data), origin)),
  ];
};

const WHY: Readonly<Record<string, string>> = {
  proc: '/proc shows the PID namespace of the container',
  sysfs: '/sys shows the network namespace of the container',
  tmpfs: 'a file system in memory, removed with the container',
  devpts: 'pseudoterminals of the container only',
  mqueue: 'message queues of the IPC namespace',
};

// The devpts that was created before the process, in pty.ts.
const attachTerminals = (why: string): Step =>
  inside(
    why,
    call('move_mount', '$devpts', '', '$target', '', 'MOVE_MOUNT_F_EMPTY_PATH|MOVE_MOUNT_T_EMPTY_PATH'),
  );

/** Mount points that must be directories: with a symbolic link in the root, the mount would appear at its target. */
const REAL = new Set(['/proc', '/sys', '/dev']);

const FOUND_FILE: OpenHow = { ...FOUND, flags: 'O_PATH|O_CLOEXEC|O_NOFOLLOW' };
const NEW_FILE: OpenHow = { ...FOUND, flags: 'O_CREAT|O_EXCL|O_NOFOLLOW|O_CLOEXEC', mode: 0o644 };

const emptyFile = (path: string, why: string): Step =>
  inside(why, call('openat2', 'AT_FDCWD', path, NEW_FILE), { tolerate: 'EEXIST' });

const parent = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/';
