import { call, inside, type OpenHow, type Step } from '../../kernel/program/program.ts';
import { openAt } from '../descriptors.ts';
import type { Container } from '../facts.ts';
import { FLAGS, sharedWith } from '../namespaces.ts';
import type { OciMount, OciNamespace } from '../oci.ts';
import { backToRootSteps, keepRootStep } from './own-root.ts';

const OPTIONS = ['bind', 'rprivate', 'nosuid', 'noexec', 'nodev'];

const SHARED_MEMORY: OciMount = {
  destination: '/dev/shm',
  type: 'bind',
  source: '/dev/shm',
  options: OPTIONS,
};

// A new proc file system would show the PID namespace of the process that mounts it, which is the host's. No volume may be
// on /proc, so the other container has its own there.
const SHARED_PROC: OciMount = { destination: '/proc', type: 'bind', source: '/proc', options: OPTIONS };

const NAMESPACES: ReadonlyMap<OciMount, OciNamespace> = new Map([
  [SHARED_MEMORY, 'ipc'],
  [SHARED_PROC, 'pid'],
]);

/** Whether the source of a bind mount is in the mount namespace of another container. */
export const isShared = (mount: OciMount): boolean => NAMESPACES.has(mount);

/**
 * The mounts of a container. In the PID namespace of another one it has its /proc too, and in the IPC namespace its
 * /dev/shm, unless it has a mount of its own there or on /dev.
 */
export const withSharedMounts = (container: Container): readonly OciMount[] => {
  const mounts = withSharedProc(container);
  const { holder } = sharedWith(container, 'ipc') ?? {};
  const dev = mounts.findIndex(({ destination, type }) => destination === '/dev' && type === 'tmpfs');
  const isTaken = mounts.some(({ destination }) => destination === SHARED_MEMORY.destination);
  return holder && dev >= 0 && !isTaken ? mounts.toSpliced(dev + 1, 0, SHARED_MEMORY) : mounts;
};

const withSharedProc = (container: Container): readonly OciMount[] => {
  const { mounts } = container.config;
  const { holder } = sharedWith(container, 'pid') ?? {};
  return holder ? mounts.map((mount) => (mount.type === 'proc' ? SHARED_PROC : mount)) : mounts;
};

/**
 * Clones the mounts while the process is in the mount namespace of the other container: open_tree(2) cannot clone mounts
 * of another namespace. Comes before the process has a mount namespace of its own.
 */
export const sharedMountSteps = (
  { shared }: Container,
  mounts: readonly { readonly mount: OciMount; readonly descriptor: number }[],
): readonly Step[] => {
  const visits = shared.flatMap(({ holder, name, types }) => {
    const wanted = mounts.filter(({ mount }) => types.some((type) => type === NAMESPACES.get(mount)));
    if (!holder || wanted.length === 0) return [];
    return [
      inside(`mounts are shared with ${name}`, call('setns', holder, FLAGS.mount)),
      ...wanted.flatMap(({ mount: { source }, descriptor }) => {
        const why = `${source} is shared with ${name}`;
        return [
          inside(why, call('openat2', 'AT_FDCWD', source, FOUND), { as: 'place' }),
          ...openAt(descriptor, 'tree', why, call('open_tree', '$place', '', CLONE)),
        ];
      }),
    ];
  });
  if (visits.length === 0) return [];
  return [
    keepRootStep,
    inside(
      'the mount namespace of the host, to return to it',
      call('openat', 'AT_FDCWD', '/proc/self/ns/mnt', 'O_RDONLY|O_CLOEXEC', 0),
      {
        as: 'host_mounts',
      },
    ),
    // setns(2): a thread that shares its root and working directory with others cannot change its mount tree.
    inside(
      'a root and working directory not shared with other threads, as setns(2) requires',
      call('unshare', 'CLONE_FS'),
    ),
    ...visits,
    inside('returns to the mount namespace of the host', call('setns', '$host_mounts', FLAGS.mount)),
    ...backToRootSteps,
  ];
};

// The other container may have a magic link there, which leads this process, but not itself, to the host.
const FOUND: OpenHow = {
  flags: 'O_PATH|O_DIRECTORY|O_CLOEXEC',
  resolve: 'RESOLVE_IN_ROOT|RESOLVE_NO_MAGICLINKS',
};
const CLONE = 'OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC|AT_EMPTY_PATH';
