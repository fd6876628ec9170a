import { call, inside, onHost, type Ref, type Spawn, type Step } from '../kernel/program.ts';
import type { Container } from './facts.ts';
import { holders, sharedWith } from './namespaces.ts';
import { ptySteps } from './pty.ts';

/**
 * Creates the process. With a PID namespace of its own it is PID 1: the supervisor unshares the namespace for its
 * children, spawns, and restores its own. Otherwise the process belongs to the PID namespace of the host or of another
 * container.
 */
export const birthSteps = (container: Container): readonly Step[] => [
  ...(container.stdio === 'terminal' ? ptySteps(container) : []),
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
  // Undone also if there was no child: unshare(CLONE_NEWPID) fails while the namespace for children is another one.
  return [{ ...where, undo: back }, birth, onHost('the supervisor itself stays where it was', back)];
};

const back = call('setns', '$host.pid', 'CLONE_NEWPID');

/** The first steps of the new process. */
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

const RELEASE = '\u0001\0\0\0\0\0\0\0';

export const releaseSteps: readonly Step[] = [
  onHost('it is written down that it lives, so it may go on', call('write', '$sync', RELEASE)),
];

/** The only step at which the container waits for the supervisor. */
export const waitSteps: readonly Step[] = [
  inside('waits until the supervisor has written down that it lives', call('read', '$sync', 8)),
];

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
