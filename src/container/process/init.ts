import { call, inside, type Step } from '../../kernel/program/program.ts';
import type { Container } from '../facts.ts';
import { hasOwn } from '../namespaces.ts';
import { onlyStreamsStep } from './command.ts';
import { stageSteps } from './stage.ts';

const reaperStep = inside(
  'orphans of the command become children of init, which is not PID 1 here',
  call('prctl', 'PR_SET_CHILD_SUBREAPER', 1),
);

/**
 * PID 1 becomes the stage (`kernel/direct/stage.ts`), before it loses its privileges: an execve(2) would take away the
 * capability that loads the filter of system calls.
 */
export const initStageSteps = (container: Container): readonly Step[] =>
  container.init
    ? [...stageSteps(container.config.process.env, ['$arena', '$status'], ASKED), onlyStreamsStep]
    : [];

/**
 * PID 1 forwards signals to the command and reaps orphans after its clone(2). It has the user, the privileges and the
 * filter of the command, so that it may signal it, and taking it over gains nothing.
 */
export const initSteps = (container: Container, confinement: readonly Step[]): readonly Step[] => {
  const { stdio } = container;
  return [
    inside('a name that differs from that of the command', call('prctl', 'PR_SET_NAME', 'init')),
    inside(
      'signals stay pending until init reads them; the kernel discards unhandled signals of PID 1',
      call('rt_sigprocmask', 'SIG_SETMASK', '~[]', 0, 8),
    ),
    ...(hasOwn(container, 'pid') ? [] : [reaperStep]),
    ...confinement,
    inside(
      'the child becomes the command; the parent forwards signals and reaps orphans',
      call('clone', 'SIGCHLD'),
      ASKED,
    ),
    inside(
      'waits until the parent has closed all descriptors of the host',
      call('rt_sigtimedwait', ['SIGCONT'], 0, null, 8),
    ),
    inside(
      'a process group of its own: Ctrl-C reaches the command once, not also through PID 1',
      call('setpgid', 0, 0),
    ),
    ...(stdio === 'terminal'
      ? [
          inside('the ID of the new process group', call('getpid'), { as: 'command' }),
          inside(
            'the new process group is the foreground process group of the terminal',
            call('ioctl', 0, 'TIOCSPGRP', '$command'),
          ),
        ]
      : []),
  ];
};

const ASKED: Pick<Step, 'from'> = { from: 'init' };
