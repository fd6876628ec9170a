import { call, inside, type Step } from '../../kernel/program.ts';
import type { Container } from '../facts.ts';
import { FLAGS, sharedWith } from '../namespaces.ts';
import type { OciMount } from '../oci.ts';

/** The /dev/shm of another container, opened by `sharedMountSteps`. */
export const SHARED_MEMORY: OciMount = {
  destination: '/dev/shm',
  type: 'bind',
  source: '/dev/shm',
  options: ['bind', 'rprivate', 'nosuid', 'noexec', 'nodev'],
};

/** A container in the IPC namespace of another one shares its /dev/shm too, unless it has a mount there or on /dev. */
export const withSharedMounts = (container: Container): readonly OciMount[] => {
  const { mounts } = container.config;
  const { holder } = sharedWith(container, 'ipc') ?? {};
  const dev = mounts.findIndex(({ destination, type }) => destination === '/dev' && type === 'tmpfs');
  const isTaken = mounts.some(({ destination }) => destination === SHARED_MEMORY.destination);
  return holder && dev >= 0 && !isTaken ? mounts.toSpliced(dev + 1, 0, SHARED_MEMORY) : mounts;
};

/**
 * Clones the mount while the process is in the mount namespace of the other container: open_tree(2) cannot clone mounts
 * of another namespace. Comes before the process has a mount namespace of its own.
 */
export const sharedMountSteps = (
  container: Container,
  mounts: readonly { readonly mount: OciMount; readonly descriptor: number }[],
): readonly Step[] => {
  const { holder, name } = sharedWith(container, 'ipc') ?? {};
  const descriptor = mounts.find(({ mount }) => mount === SHARED_MEMORY)?.descriptor;
  if (!holder || descriptor === undefined) return [];
  const why = `/dev/shm is shared with ${name}`;
  return [
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
    inside(why, call('setns', holder, FLAGS.mount)),
    inside(why, call('open_tree', 'AT_FDCWD', SHARED_MEMORY.source, 'OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC'), {
      as: 'shm',
    }),
    inside(why, call('dup3', '$shm', descriptor, 'O_CLOEXEC')),
    inside('returns to the mount namespace of the host', call('setns', '$host_mounts', FLAGS.mount)),
  ];
};
