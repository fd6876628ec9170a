import { join } from 'node:path';
import {
  type Call,
  call,
  type NumberedPath,
  onHost,
  type Ref,
  type Step,
} from '../../kernel/program/program.ts';
import { META_FILE, SPARSE_FILE } from '../erofs/files.ts';
import type { ImageRoot } from './image-root.ts';

/**
 * The steps that mount an image root at an existing directory, read-only and without effect of set-user-ID bits and
 * devices on this machine: the overlays of its containers have mount flags of their own. Undone by unmounting.
 */
export const rootSteps = (root: ImageRoot, mountPoint: string): readonly Step[] =>
  STEPS[root.kind](root, mountPoint);

/** The steps that create the file system of a root of EROFS, without those that attach its mount. */
export const creationSteps = (root: ImageRoot): readonly Step[] =>
  root.kind === 'erofs-loop'
    ? loopSteps(root)
    : imageSteps(root, join(root.directory, META_FILE), devicesOf(root));

const erofsSteps = (root: ImageRoot, mountPoint: string): readonly Step[] => [
  ...creationSteps(root),
  ...attach(mountPoint),
];

/** Kernels before 6.12 mount block devices only. A device ends with its last user: autoclear. */
const loopSteps = (root: ImageRoot): readonly Step[] => {
  const files = [join(root.directory, META_FILE), ...devicesOf(root)];
  return [
    onHost(
      'finds free loop devices',
      call('openat', 'AT_FDCWD', '/dev/loop-control', 'O_RDWR|O_CLOEXEC', 0),
      {
        as: 'loop_control',
      },
    ),
    ...files.flatMap(loopDevice),
    ...imageSteps(
      { ...root, isDirect: false },
      loopPath(0),
      files.slice(1).map((_, index) => loopPath(index + 1)),
    ),
  ];
};

const loopDevice = (path: string, index: number): readonly Step[] => {
  const why = 'a read-only block device over the file, which ends with the mount';
  return [
    onHost(why, call('openat', 'AT_FDCWD', path, 'O_RDONLY|O_CLOEXEC', 0), { as: `file${index}` }),
    onHost(why, call('ioctl', '$loop_control', 'LOOP_CTL_GET_FREE', 0), { as: `number${index}` }),
    onHost(why, call('openat', 'AT_FDCWD', loopPath(index), 'O_RDONLY|O_CLOEXEC', 0), { as: `loop${index}` }),
    onHost(
      why,
      call('ioctl', `$loop${index}`, 'LOOP_CONFIGURE', {
        file: `$file${index}`,
        flags: 'LO_FLAGS_READ_ONLY|LO_FLAGS_AUTOCLEAR',
      }),
    ),
  ];
};

const loopPath = (index: number): NumberedPath => ({ path: '/dev/loop', number: `$number${index}` });

const devicesOf = ({ directory, layers, hasSparse }: ImageRoot): readonly string[] => [
  ...layers,
  ...(hasSparse ? [join(directory, SPARSE_FILE)] : []),
];

const imageSteps = (
  { isDirect }: ImageRoot,
  source: string | NumberedPath,
  devices: readonly (string | NumberedPath)[],
): readonly Step[] => [
  onHost('the file system of the image', call('fsopen', 'erofs', 'FSOPEN_CLOEXEC'), { as: 'image' }),
  onHost('nothing can change it', configure('FSCONFIG_SET_FLAG', 'ro', null)),
  onHost(
    'the names and attributes of all files, merged from the layers',
    configure('FSCONFIG_SET_STRING', 'source', source),
  ),
  ...devices.map((device) =>
    onHost(
      'the content of the files stays in the archives of the layers',
      configure('FSCONFIG_SET_STRING', 'device', device),
    ),
  ),
  ...(isDirect
    ? [
        onHost(
          'memory has each page once: not for the archive too',
          configure('FSCONFIG_SET_FLAG', 'directio', null),
        ),
      ]
    : []),
  onHost('creates the file system', configure('FSCONFIG_CMD_CREATE', null, null)),
  onHost(
    'a mount without effect of set-user-ID bits and devices on this machine',
    call('fsmount', '$image', 'FSMOUNT_CLOEXEC', 'MOUNT_ATTR_RDONLY|MOUNT_ATTR_NOSUID|MOUNT_ATTR_NODEV'),
    { as: 'image_mount' },
  ),
];

const configure = (command: string, key: string | null, value: string | NumberedPath | null): Call =>
  call('fsconfig', '$image', command, key, value, 0);

const attach = (mountPoint: string, mount: Ref = '$image_mount'): readonly Step[] => [
  onHost(
    'the containers of the image have it as the layer below theirs',
    call('move_mount', mount, '', 'AT_FDCWD', mountPoint, 'MOVE_MOUNT_F_EMPTY_PATH'),
    { undo: call('umount2', mountPoint, 'MNT_DETACH') },
  ),
];

const directorySteps = (root: ImageRoot, mountPoint: string): readonly Step[] =>
  root.layers.length === 1 ? bindSteps(root.layers[0]!, mountPoint) : overlaySteps(root, mountPoint);

/** An overlay without an upper directory has at least two others. */
const bindSteps = (layer: string, mountPoint: string): readonly Step[] => [
  onHost(
    'the only layer of the image',
    call('open_tree', 'AT_FDCWD', layer, 'OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC'),
    { as: 'image_mount' },
  ),
  onHost(
    'nothing can change it, nor has it set-user-ID bits or devices on this machine',
    call('mount_setattr', '$image_mount', '', 'AT_EMPTY_PATH', {
      set: 'MOUNT_ATTR_RDONLY|MOUNT_ATTR_NOSUID|MOUNT_ATTR_NODEV',
      propagation: 'MS_PRIVATE',
    }),
  ),
  ...attach(mountPoint),
];

/**
 * mount(2) takes 4096 bytes of options, which the paths of many layers exceed: the directory of the root has links `0`,
 * `1`, … to the layers, and names that begin nowhere begin there.
 */
const overlaySteps = ({ directory, layers }: ImageRoot, mountPoint: string): readonly Step[] => [
  onHost('to come back', call('openat', 'AT_FDCWD', '.', 'O_PATH|O_DIRECTORY|O_CLOEXEC', 0), { as: 'here' }),
  onHost('links to the layers have short names', call('chdir', directory), { undo: call('fchdir', '$here') }),
  onHost(
    'the layers of the image, the last one on top',
    call(
      'mount',
      'overlay',
      mountPoint,
      'overlay',
      'MS_RDONLY|MS_NOSUID|MS_NODEV',
      `lowerdir=${layers
        .map((_, index) => index)
        .reverse()
        .join(':')}`,
    ),
    { undo: call('umount2', mountPoint, 'MNT_DETACH') },
  ),
  onHost('back to the working directory', call('fchdir', '$here')),
];

const STEPS: Readonly<Record<ImageRoot['kind'], (root: ImageRoot, mountPoint: string) => readonly Step[]>> = {
  erofs: erofsSteps,
  'erofs-loop': erofsSteps,
  directory: directorySteps,
};
