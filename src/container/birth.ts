import { call, inside, onHost, type Ref, type Spawn, type Step } from '../kernel/program.ts';
import type { Container } from './facts.ts';
import { hasOwn, holders, sharedWith } from './namespaces.ts';

/**
 * The process is PID 1 of a process tree of its own: the supervisor makes that, spawns, and goes back to its own.
 * Or it is one among those of the host, or of another container.
 */
export const birthSteps = (container: Container): readonly Step[] => [
  ...(container.stdio === 'terminal' ? [...terminalSteps, ...sizeSteps(container)] : []),
  ...processTreeSteps(container),
];

const processTreeSteps = (container: Container): readonly Step[] => {
  const birth = onHost('this process becomes the container', spawn(descriptors(container)));
  const shared = sharedWith(container, 'pid');
  if (shared && !shared.holder) return [birth];
  const where = shared?.holder
    ? onHost(
        `the next child is one of the processes of ${shared.name}`,
        call('setns', shared.holder, 'CLONE_NEWPID'),
        origin(container.from('pid')),
      )
    : onHost('the next child is PID 1 of its own process tree', call('unshare', 'CLONE_NEWPID'));
  // Also when there was no child: unshare(2) refuses whoever is not back where it was.
  return [{ ...where, undo: back }, birth, onHost('the supervisor itself stays where it was', back)];
};

const back = call('setns', '$host.pid', 'CLONE_NEWPID');

/** What the newborn does first. */
export const infancySteps: readonly Step[] = [
  inside(
    'a supervisor that dies during the start takes the half-made container along',
    call('prctl', 'PR_SET_PDEATHSIG', 'SIGKILL'),
  ),
  inside(
    'nobody may look into this process while it still holds what is not the container’s',
    call('prctl', 'PR_SET_DUMPABLE', 0),
  ),
  inside(
    'tells the supervisor that it lives; without one this fails and ends the start',
    call('write', '$status', '1'),
  ),
  inside('modes of files made from here on are meant as written', call('umask', 0)),
];

/** Once it has names of its own: before, they would be the host's. */
export const nameSteps = (container: Container): readonly Step[] =>
  hasOwn(container, 'uts') ? ownNameSteps(container) : [];

const ownNameSteps = ({ config, from }: Container): readonly Step[] => [
  inside('its own host name', call('sethostname', config.hostname), origin(from('hostname'))),
  ...(config.domainname === undefined
    ? []
    : [
        inside(
          'its own NIS domain name',
          call('setdomainname', config.domainname),
          origin(from('domainname')),
        ),
      ]),
];

const RELEASE = '\u0001\0\0\0\0\0\0\0';

export const releaseSteps: readonly Step[] = [
  onHost('it is written down that it lives, so it may go on', call('write', '$sync', RELEASE)),
];

/** The only time that the container waits for the supervisor. */
export const waitSteps: readonly Step[] = [
  inside('waits until the supervisor has written down that it lives', call('read', '$sync', 8)),
];

// A pty of the container's own devpts, made on the host before the container exists: /dev/pts/0 inside, and the
// supervisor holds the other end without ever opening a path of the container.
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

const descriptors = (container: Container): readonly Ref[] => {
  const { stdio, init } = container;
  const gate: readonly Ref[] = [
    '$arena',
    '$sync',
    '$status',
    ...(init ? (['$host.init'] as const) : []),
    ...holders(container),
  ];
  switch (stdio) {
    case 'logs':
      return ['$stdin', '$host.null', '$host.null', ...gate];
    case 'given':
      return ['$stdin', '$stdout', '$stderr', ...gate];
    case 'terminal':
      return ['$terminal', '$terminal', '$terminal', ...gate, '$devpts'];
  }
};

const spawn = (refs: readonly Ref[]): Spawn => ({ call: 'spawn', descriptors: refs });

const origin = (from: string | undefined): { readonly from?: string } => (from === undefined ? {} : { from });
