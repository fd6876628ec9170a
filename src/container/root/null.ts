import { call, inside, type Step } from '../../kernel/program/program.ts';
import { FIXED, FOR_STEPS, openAt } from '../descriptors.ts';

/** Opens the null device in the directory at FIXED.dev. */
export const openNullSteps = openAt(
  FIXED.null,
  'null',
  'the container’s own null device, for standard input and masked files',
  call('openat', FIXED.dev, 'null', 'O_RDWR|O_NOFOLLOW|O_CLOEXEC', 0),
  FOR_STEPS,
);

/** The same in an empty directory. */
export const newNullSteps: readonly Step[] = [
  inside(
    'a null device that no mount of the service replaces',
    call('mknodat', FIXED.dev, 'null', 'S_IFCHR|0666', [1, 3]),
  ),
  ...openNullSteps,
];

const UNMOUNTED = 'a file system that is mounted nowhere, for a null device of the process’s own';

/**
 * Opens a null device as the three standard streams of a process that joins a container: /dev/null in there may be
 * anything by now.
 */
export const nullStreamsSteps: readonly Step[] = [
  ...openAt(FIXED.scratch, 'tmpfs', UNMOUNTED, call('fsopen', 'tmpfs', 'FSOPEN_CLOEXEC')),
  inside(UNMOUNTED, call('fsconfig', FIXED.scratch, 'FSCONFIG_SET_STRING', 'nr_inodes', '2', 0)),
  inside(UNMOUNTED, call('fsconfig', FIXED.scratch, 'FSCONFIG_CMD_CREATE', null, null, 0)),
  ...openAt(
    FIXED.dev,
    'directory',
    UNMOUNTED,
    call('fsmount', FIXED.scratch, 'FSMOUNT_CLOEXEC', 'MOUNT_ATTR_NOSUID|MOUNT_ATTR_NOEXEC'),
  ),
  ...newNullSteps,
  ...[0, 1, 2].map((stream) =>
    inside(
      'the standard streams are the null device of the process: it can change the mode of the host’s',
      call('dup3', FIXED.null, stream, ''),
    ),
  ),
];
