import { call, onHost, type Step } from '../kernel/program.ts';
import type { Container } from './facts.ts';

/**
 * Creates a pty(7) in the container's own devpts, on the host and before the container exists. It is /dev/pts/0 inside.
 * The supervisor gets the master without opening a path of the container.
 */
export const ptySteps = (container: Container): readonly Step[] => [
  ...terminalSteps,
  ...sizeSteps(container),
];

const terminalSteps: readonly Step[] = [
  onHost('a file system for this container’s terminals', call('fsopen', 'devpts', 'FSOPEN_CLOEXEC'), {
    as: 'terminals',
  }),
  ...[
    ['ptmxmode', '0666'],
    ['mode', '0620'],
    ['gid', '5'],
  ].map(([key, value]) =>
    onHost(
      'the options that Docker mounts it with',
      call('fsconfig', '$terminals', 'FSCONFIG_SET_STRING', key!, value!, 0),
    ),
  ),
  onHost('it exists from here on', call('fsconfig', '$terminals', 'FSCONFIG_CMD_CREATE', null, null, 0)),
  onHost(
    'it can be mounted by descriptor, inside the container later',
    call('fsmount', '$terminals', 'FSMOUNT_CLOEXEC', 'MOUNT_ATTR_NOSUID|MOUNT_ATTR_NOEXEC'),
    { as: 'devpts' },
  ),
  onHost(
    'the supervisor’s end of a new terminal',
    call('openat', '$devpts', 'ptmx', 'O_RDWR|O_NOCTTY|O_NONBLOCK|O_CLOEXEC', 0),
    { as: 'master', keep: true },
  ),
  onHost('the container’s end may be opened', call('ioctl', '$master', 'TIOCSPTLCK', '\0\0\0\0')),
  onHost(
    'the container’s end, by descriptor: no path could lead elsewhere',
    call('ioctl', '$master', 'TIOCGPTPEER', 'O_RDWR|O_NOCTTY|O_CLOEXEC'),
    { as: 'terminal' },
  ),
];

const sizeSteps = ({ consoleSize }: Container): readonly Step[] => {
  if (!consoleSize) return [];
  const size = Buffer.alloc(8);
  for (const [index, value] of consoleSize.entries()) size.writeUInt16LE(value, index * 2);
  return [
    onHost(
      'as large as the window that it is seen in',
      call('ioctl', '$master', 'TIOCSWINSZ', size.toString('latin1')),
    ),
  ];
};
