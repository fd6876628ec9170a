import { call, inside, onHost, type Ref, type Spawn, type Step } from '../../kernel/program/program.ts';
import { ruleDescriptors } from '../devices/steps.ts';
import type { Container } from '../facts.ts';
import { holders, isHeir, sharedWith } from '../namespaces.ts';
import { HANDOVER } from '../resolver.ts';
import { hasHooks } from './hooks-of.ts';
import { ptySteps } from './pty.ts';

/**
 * Creates the process. With a PID namespace of its own it is PID 1: the supervisor unshares the namespace for its
 * children, spawns, and restores its own. Otherwise the process is in the PID namespace of the host. If the namespace
 * is that of another container, the process makes the command with its last call, see `heir.ts`.
 */
export const birthSteps = (container: Container): readonly Step[] => [
  ...(container.stdio === 'terminal' ? ptySteps(container) : []),
  ...processTreeSteps(container),
];

const processTreeSteps = (container: Container): readonly Step[] => {
  const birth = onHost('the process that becomes the container', spawn(descriptors(container)));
  return sharedWith(container, 'pid') ? [birth] : [firstStep, birth, backStep];
};

const back = call('setns', '$host.pid', 'CLONE_NEWPID');

// Undone also if there was no child: unshare(CLONE_NEWPID) fails while the namespace for children is another one.
const firstStep = onHost('the next child is PID 1 of a new PID namespace', call('unshare', 'CLONE_NEWPID'), {
  undo: back,
});

const backStep = onHost('later children of the supervisor start in its own PID namespace again', back);

export const mortalStep = (what: 'container' | 'process'): Step =>
  inside(
    `the kernel kills the unfinished ${what} if the supervisor dies during the start`,
    call('prctl', 'PR_SET_PDEATHSIG', 'SIGKILL'),
  );

export const hiddenStep = inside(
  'other processes must not inspect this one while it has descriptors of the host',
  call('prctl', 'PR_SET_DUMPABLE', 0),
);

export const reportStep = inside(
  'reports to the supervisor; without a supervisor the write fails and ends the start',
  call('write', '$status', '1'),
);

/** The first steps of the new process. */
export const infancySteps: readonly Step[] = [
  mortalStep('container'),
  hiddenStep,
  reportStep,
  inside('the following steps create files with exactly the given modes', call('umask', 0)),
];

const RELEASE = '\u0001\0\0\0\0\0\0\0';

export const releaseSteps: readonly Step[] = [
  onHost(
    'the container is recorded as running, so the process may continue',
    call('write', '$sync', RELEASE),
  ),
];

/** The only step at which the container waits for the supervisor. */
export const waitSteps: readonly Step[] = [
  inside('waits until the supervisor has recorded the container as running', call('read', '$sync', 8)),
];

/** The descriptors of the process, in the order of their numbers. */
export const descriptors = (container: Container): readonly Ref[] => {
  const { stdio, hasInput, init } = container;
  const gate: readonly Ref[] = [
    '$arena',
    '$sync',
    '$status',
    ...(isHeir(container) ? (['$exposed'] as const) : []),
    ...(init || isHeir(container) || hasHooks(container) ? (['$host.init'] as const) : []),
    ...ruleDescriptors(container),
    ...holders(container),
    ...(container.resolver ? [HANDOVER] : []),
    '$etc',
  ];
  switch (stdio) {
    case 'logs':
      return [hasInput ? '$stdin' : '$host.null', '$host.null', '$host.null', ...gate];
    case 'given':
      return ['$stdin', '$stdout', '$stderr', ...gate];
    case 'terminal':
      return ['$terminal', '$terminal', '$terminal', ...gate, '$devpts'];
  }
};

const spawn = (refs: readonly Ref[]): Spawn => ({ call: 'spawn', descriptors: refs });
