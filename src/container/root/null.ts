import { call, inside, type Step } from '../../kernel/program.ts';
import { FIXED } from '../descriptors.ts';
import { DEV_DESCRIPTOR } from './devices.ts';

/**
 * The container's own null device. Its inode is that of no other container and not the host's: root in a container can
 * change the mode of its standard input through /proc/1/fd/0.
 */
export const NULL_DESCRIPTOR = FIXED.null;

/** Opens the null device in the directory at DEV_DESCRIPTOR. */
export const openNullSteps: readonly Step[] = [
  inside(
    'the container’s own null device, for standard input and masked files',
    call('openat', DEV_DESCRIPTOR, 'null', 'O_RDWR|O_NOFOLLOW|O_CLOEXEC', 0),
    { as: 'null' },
  ),
  inside('a fixed number for the following steps', call('dup3', '$null', NULL_DESCRIPTOR, 'O_CLOEXEC')),
];

/** The same in an empty directory. */
export const newNullSteps: readonly Step[] = [
  inside(
    'a null device that no mount of the service replaces',
    call('mknodat', DEV_DESCRIPTOR, 'null', 'S_IFCHR|0666', [1, 3]),
  ),
  ...openNullSteps,
];

const FILE_SYSTEM = FIXED.scratch;
const UNMOUNTED = 'a file system that is mounted nowhere, for a null device of the process’s own';

/**
 * Opens a null device as the three standard streams of a process that joins a container: /dev/null in there may be
 * anything by now.
 */
export const nullStreamsSteps: readonly Step[] = [
  inside(UNMOUNTED, call('fsopen', 'tmpfs', 'FSOPEN_CLOEXEC'), { as: 'tmpfs' }),
  inside(UNMOUNTED, call('dup3', '$tmpfs', FILE_SYSTEM, 'O_CLOEXEC')),
  inside(UNMOUNTED, call('fsconfig', FILE_SYSTEM, 'FSCONFIG_SET_STRING', 'nr_inodes', '2', 0)),
  inside(UNMOUNTED, call('fsconfig', FILE_SYSTEM, 'FSCONFIG_CMD_CREATE', null, null, 0)),
  inside(UNMOUNTED, call('fsmount', FILE_SYSTEM, 'FSMOUNT_CLOEXEC', 'MOUNT_ATTR_NOSUID|MOUNT_ATTR_NOEXEC'), {
    as: 'directory',
  }),
  inside(UNMOUNTED, call('dup3', '$directory', DEV_DESCRIPTOR, 'O_CLOEXEC')),
  ...newNullSteps,
  ...[0, 1, 2].map((stream) =>
    inside(
      'the standard streams are the null device of the process: it can change the mode of the host’s',
      call('dup3', NULL_DESCRIPTOR, stream, ''),
    ),
  ),
];
