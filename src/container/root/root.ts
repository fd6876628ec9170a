import { latest } from '../../base/lazy.ts';
import { call, inside, type Step } from '../../kernel/program.ts';
import type { Container } from '../facts.ts';

export const mountNamespaceStep = inside(
  'a mount namespace of the container’s own, with a copy of the host’s mounts',
  call('unshare', 'CLONE_NEWNS'),
);

/** Makes the mount namespace private, and mounts the container's layer over its root file system. */
export const layerSteps = ({ config, places, isOnImage = false }: Container): readonly Step[] => [
  privateMounts,
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

// mount_namespaces(7): while / is a shared mount, mounts and unmounts propagate to the host.
const privateMounts = inside(
  'mounts made here do not propagate to the host',
  call('mount', null, '/', null, 'MS_REC|MS_PRIVATE', null),
);

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

/** Changes the root and unmounts the host's: from here on no path leads out of the container. */
export const pivotSteps: readonly Step[] = [
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
