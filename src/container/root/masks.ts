import { latest } from '../../base/lazy.ts';
import { type Call, call, inside, type OpenHow, type Step } from '../../kernel/program/program.ts';
import { MASKED_PATHS } from '../defaults.ts';
import { FIXED } from '../descriptors.ts';
import type { Container } from '../facts.ts';
import { mountHere, rootAgainStep } from './files.ts';

/**
 * Masks paths that expose the host, and makes paths read-only that change it. Some kernels lack some of the paths. No
 * source has a path: a volume of the service may have its own /dev/null, or none.
 */
export const maskSteps = ({ config: { linux, mounts } }: Container): readonly Step[] =>
  stepsFor(
    linux.readonlyPaths,
    linux.maskedPaths,
    mounts.some(({ destination, type }) => destination === '/sys' && type === 'sysfs'),
  );

// Shared by all containers with the same paths.
const stepsFor = latest(
  (readOnly: readonly string[], masked: readonly string[], hasSysfs: boolean): readonly Step[] => {
    const directories = masked.filter(isDirectory);
    const files = masked.filter((path) => !isDirectory(path));
    return [
      ...readOnly.flatMap(readOnlySteps),
      ...files.flatMap((path) => cloneSteps(path, NULL, FILE)),
      ...(hasSysfs && directories.includes(FIRMWARE)
        ? [
            ...directorySteps(FIRMWARE),
            ...directories
              .filter((path) => path !== FIRMWARE)
              .flatMap((path) => cloneSteps(path, EMPTY, DIRECTORY)),
          ]
        : directories.flatMap(directorySteps)),
      ...(directories.length > 0 ? [rootAgainStep] : []),
    ];
  },
);

const READ_ONLY = 'settings of the host’s kernel are read-only';
const FILE = 'masked by the null device of the container';
const DIRECTORY = 'masked by an empty directory';

const CLONE = 'OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC';

const readOnlySteps = (path: string): readonly Step[] => [
  inside(READ_ONLY, call('open_tree', 'AT_FDCWD', path, `${CLONE}|AT_RECURSIVE|AT_SYMLINK_NOFOLLOW`), {
    as: 'tree',
    tolerate: 'ENOENT',
    skip: 2,
  }),
  // move_mount(2) does not follow a symbolic link here, except with MOVE_MOUNT_T_SYMLINKS.
  inside(READ_ONLY, call('move_mount', '$tree', '', 'AT_FDCWD', path, 'MOVE_MOUNT_F_EMPTY_PATH')),
  inside(
    READ_ONLY,
    call('mount_setattr', 'AT_FDCWD', path, 'AT_SYMLINK_NOFOLLOW', {
      set: 'MOUNT_ATTR_RDONLY|MOUNT_ATTR_NOSUID|MOUNT_ATTR_NODEV|MOUNT_ATTR_NOEXEC',
    }),
  ),
];

/** A masked directory of every kernel. */
const FIRMWARE = '/sys/firmware';

const WITHOUT_LINKS: OpenHow = { flags: 'O_PATH|O_CLOEXEC', resolve: 'RESOLVE_NO_SYMLINKS' };

const cloneSteps = (path: string, source: Call, why: string): readonly Step[] => [
  inside(why, call('openat2', 'AT_FDCWD', path, WITHOUT_LINKS), {
    as: 'target',
    tolerate: 'ENOENT',
    skip: 2,
  }),
  inside(why, source, { as: 'mask' }),
  inside(
    why,
    call('move_mount', '$mask', '', '$target', '', 'MOVE_MOUNT_F_EMPTY_PATH|MOVE_MOUNT_T_EMPTY_PATH'),
  ),
];

const directorySteps = (path: string): readonly Step[] => [
  inside(DIRECTORY, call('openat2', 'AT_FDCWD', path, WITHOUT_LINKS), {
    as: 'target',
    tolerate: 'ENOENT',
    skip: 2,
  }),
  ...mountHere(DIRECTORY, call('mount', 'tmpfs', '.', 'tmpfs', 'MS_RDONLY', 'size=0k')),
];

const NULL = call('open_tree', FIXED.null, '', `AT_EMPTY_PATH|${CLONE}`);
// A file system costs more than several clones of its mount.
const EMPTY = call('open_tree', 'AT_FDCWD', FIRMWARE, `${CLONE}|AT_SYMLINK_NOFOLLOW`);

const DIRECTORIES = new Set(
  MASKED_PATHS.filter((path) => path.endsWith('/')).map((path) => path.slice(0, -1)),
);

const isDirectory = (path: string): boolean => DIRECTORIES.has(path) || path.endsWith('/thermal_throttle');
