import { latest } from '../../base/lazy.ts';
import { call, inside, type Step } from '../../kernel/program/program.ts';
import { FIXED, FOR_STEPS, openAt } from '../descriptors.ts';
import type { Container } from '../facts.ts';
import { FLAGS } from '../namespaces.ts';
import { backToRootSteps, keepRootStep } from './own-root.ts';

export const mountNamespaceStep = inside(
  'a mount namespace of the container’s own, with a copy of the host’s mounts',
  call('unshare', 'CLONE_NEWNS'),
);

/** Makes the mount namespace private, and mounts the container's layer over its root file system. */
export const layerSteps = ({ config, places, isOnImage = false }: Container): readonly Step[] => [
  ...privateSteps,
  ...(places.layerInMemory ? memoryLayerSteps(places.layer) : []),
  inside(
    'the overlay: the root file system below, the layer of the container above',
    call(
      'mount',
      'overlay',
      places.mountPoint,
      'overlay',
      '',
      overlayOptions(config.root.path, places.layer, isOnImage),
    ),
  ),
  enter(places.mountPoint),
];

const ROOT = 'the overlay, which no path leads to from there';

const TOP =
  'the root of the mount namespace, which is not the root of this process if tscompose was started below a chroot';

const toTop = inside(TOP, call('setns', FIXED.mounts, FLAGS.mount));

// mount_namespaces(7): while a mount is shared, mounts below it and unmounts propagate to the host. Below a chroot, the
// mounts outside of it would be unmounted on the host with the old root.
const privateSteps: readonly Step[] = [
  keepRootStep,
  ...openAt(
    FIXED.mounts,
    'mounts',
    'the mount namespace itself, for the ways to its root',
    call('openat', 'AT_FDCWD', '/proc/self/ns/mnt', 'O_RDONLY|O_CLOEXEC', 0),
    FOR_STEPS,
  ),
  toTop,
  inside(
    'mounts made here do not propagate to the host',
    call('mount', null, '/', null, 'MS_REC|MS_PRIVATE', null),
  ),
  ...backToRootSteps,
];

const enter = latest((mountPoint: string) =>
  inside('the overlay is the working directory, for pivot_root(2)', call('chdir', mountPoint)),
);

const memoryLayerSteps = (layer: string): readonly Step[] => [
  inside(
    'a layer in memory, because the state directory cannot hold an upper directory',
    call('mount', 'tmpfs', layer, 'tmpfs', 'MS_NOSUID|MS_NODEV', 'mode=700'),
  ),
  ...['upper', 'work'].map((name) =>
    inside('a directory that overlayfs requires', call('mkdirat', 'AT_FDCWD', `${layer}/${name}`, 0o755)),
  ),
];

/**
 * Changes the root and unmounts the host's: from here on no path leads out of the container. It is the root of the mount
 * namespace that changes, where setns(2) takes the processes of `exec` and of health checks.
 */
export const pivotSteps: readonly Step[] = [
  inside(ROOT, call('openat', 'AT_FDCWD', '.', 'O_PATH|O_DIRECTORY|O_CLOEXEC', 0), { as: 'overlay' }),
  toTop,
  inside(ROOT, call('fchdir', '$overlay')),
  // pivot_root(2) accepts the same directory twice, and then stacks the old root on the new one.
  inside(
    'the overlay becomes the root; the host’s root is stacked on top of it',
    call('pivot_root', '.', '.'),
  ),
  inside(
    'the host’s root is unmounted: no path leads to the host any more',
    call('umount2', '.', 'MNT_DETACH'),
  ),
  inside('the working directory is the new root', call('chdir', '/')),
];

/** Comes after the mounts, because their mount points had to be created in the root file system. */
export const readonlySteps = ({ config }: Container): readonly Step[] => {
  if (!config.root.readonly) return [];
  return [
    inside(
      'the root file system is read-only',
      call('mount', null, '/', null, 'MS_REMOUNT|MS_BIND|MS_RDONLY', null),
      { from: 'read_only' },
    ),
  ];
};

// overlayfs.rst: a comma separates options and a colon separates layers, unless escaped with a backslash. Without xino=on
// files have device numbers of their own where the two directories are on different file systems.
const overlayOptions = (lower: string, layer: string, isOnImage: boolean): string => {
  const quoted = (path: string): string => path.replace(/[\\,:]/g, '\\$&');
  const layers = `lowerdir=${quoted(lower)},upperdir=${quoted(`${layer}/upper`)},workdir=${quoted(`${layer}/work`)}`;
  return isOnImage ? `${layers},xino=on` : layers;
};
