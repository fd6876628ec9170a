import { call, inside, type Step } from '../kernel/program.ts';
import { onlyStreamsStep } from './command.ts';
import type { Container } from './facts.ts';
import { hasOwn } from './namespaces.ts';
import { stageSteps } from './stage.ts';

const reaperStep = inside(
  'orphans of the command are its to reap, though it is not PID 1',
  call('prctl', 'PR_SET_CHILD_SUBREAPER', 1),
);

/**
 * PID 1 becomes the stage (`kernel/direct/stage.ts`), which forwards signals to the command and reaps orphans after its
 * clone(2). It has the user and the privileges of the command, so that it may signal it and be inspected like it.
 */
export const initSteps = (container: Container): readonly Step[] => {
  const { config, init, stdio, from } = container;
  if (!init) return [];
  const asked = from('init');
  const origin = asked === undefined ? {} : { from: asked };
  const { env } = config.process;
  return [
    ...stageSteps(env, origin),
    inside('it can be told from the command', call('prctl', 'PR_SET_NAME', 'init')),
    inside(
      'signals wait until it takes them; PID 1 would lose them',
      call('rt_sigprocmask', 'SIG_SETMASK', '~[]', 0, 8),
    ),
    ...(hasOwn(container, 'pid') ? [] : [reaperStep]),
    inside(
      'the child becomes the command; the parent passes signals on and reaps orphans',
      call('clone', 'SIGCHLD'),
      origin,
    ),
    inside(
      'waits until the parent has let go of what is not the container’s',
      call('rt_sigtimedwait', ['SIGCONT'], 0, 0, 8),
    ),
    onlyStreamsStep,
    inside(
      'a group of its own: Ctrl-C does not reach it twice, from the terminal and from PID 1',
      call('setpgid', 0, 0),
    ),
    ...(stdio === 'terminal'
      ? [
          inside('which group of processes that is', call('getpid'), { as: 'command' }),
          inside('it is the one that the terminal is for', call('ioctl', 0, 'TIOCSPGRP', '$command')),
        ]
      : []),
  ];
};
