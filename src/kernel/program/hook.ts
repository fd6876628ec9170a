import { call, inside, type Step, type Timeout } from './program.ts';
import type { Exit } from './runner.ts';

/**
 * A hook is a program that runs to its end in the middle of a start. The process makes a child with clone3(2), which
 * continues with the same row as its parent, unlike that of clone(2). CLONE_VFORK stops the parent until the child has
 * made its execve(2) or has ended, so that only one of them uses the arena at a time.
 *
 * prctl(PR_GET_NO_NEW_PRIVS) accepts only zeros as arguments. That makes it a condition, twice: the result of clone3(2)
 * is 0 in the child alone, and the status of wait(2) is 0 only after a success.
 */
export const hookSteps = (
  why: string,
  child: readonly Step[],
  timeout: Timeout | null,
  origin: Pick<Step, 'from'>,
): readonly Step[] => [
  inside(
    why,
    call('clone3', {
      flags: 'CLONE_VFORK|CLONE_PARENT_SETTID',
      exitSignal: 'SIGCHLD',
      parentTid: '$hook',
    }),
    { as: 'child', ...origin },
  ),
  inside(
    'only in the child, where the result of clone3 is 0, this succeeds; the parent continues after the hook',
    call('prctl', 'PR_GET_NO_NEW_PRIVS', 0, '$child'),
    { tolerate: 'EINVAL', skip: child.length, ...origin },
  ),
  ...child,
  inside(
    timeout ? `waits for the end of the hook, at most ${timeout.seconds} s` : 'waits for the end of the hook',
    call('rt_sigtimedwait', ['SIGCHLD'], 0, timeout, 8),
    origin,
  ),
  inside('the status of the hook', call('wait4', '$hook', '$ended', 0, 0), origin),
  inside(
    'fails unless the status is 0: a hook that fails ends the start',
    call('prctl', 'PR_GET_NO_NEW_PRIVS', 0, '$ended'),
    origin,
  ),
];

export const isHookCheck = (step: Step): boolean => step.call === 'prctl' && step.args.includes('$ended');

export const isHookWait = (step: Step): boolean =>
  step.call === 'rt_sigtimedwait' && (step.args[0] as readonly unknown[]).includes('SIGCHLD');

/** From a status of wait(2). */
export const endOf = (status: number): { readonly exit: Exit } => ({
  exit: { code: (status >> 8) & 0xff, signal: status & 0x7f },
});
