import { call, onHost, type Step } from '../../kernel/program/program.ts';
import type { Container } from '../facts.ts';

/**
 * Creates a pty(7) in the container's own devpts, on the host and before the container exists. It is /dev/pts/0 inside.
 * The supervisor gets the master without opening a path of the container.
 */
export const ptySteps = (container: Container): readonly Step[] => [
  ...terminalSteps,
  ...sizeSteps(container),
];

const terminalSteps: readonly Step[] = [
  onHost(
    'a devpts file system for the terminals of this container',
    call('fsopen', 'devpts', 'FSOPEN_CLOEXEC'),
    {
      as: 'terminals',
    },
  ),
  ...[
    ['ptmxmode', '0666'],
    ['mode', '0620'],
    ['gid', '5'],
  ].map(([key, value]) =>
    onHost(
      'the mount options of Docker',
      call('fsconfig', '$terminals', 'FSCONFIG_SET_STRING', key!, value!, 0),
    ),
  ),
  onHost(
    'creates the file system with these options',
    call('fsconfig', '$terminals', 'FSCONFIG_CMD_CREATE', null, null, 0),
  ),
  onHost(
    'a mount that the container attaches later, by its descriptor',
    call('fsmount', '$terminals', 'FSMOUNT_CLOEXEC', 'MOUNT_ATTR_NOSUID|MOUNT_ATTR_NOEXEC'),
    { as: 'devpts' },
  ),
  onHost(
    'the master of a new terminal, for the supervisor',
    call('openat', '$devpts', 'ptmx', 'O_RDWR|O_NOCTTY|O_NONBLOCK|O_CLOEXEC', 0),
    { as: 'master', keep: true },
  ),
  onHost('unlocks the slave, so that it can be opened', call('ioctl', '$master', 'TIOCSPTLCK', '\0\0\0\0')),
  onHost(
    'the slave, for the container, opened without a path',
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
      'the size of the user’s terminal',
      call('ioctl', '$master', 'TIOCSWINSZ', size.toString('latin1')),
    ),
  ];
};
