import { call, inside, type Step } from '../../kernel/program/program.ts';

const WHY = 'the root directory of tscompose again, where its paths begin: it may be below a chroot';

/** Before setns(2) into a mount namespace, which changes the root directory to that of the namespace. */
export const keepRootStep = inside(WHY, call('openat', 'AT_FDCWD', '/', 'O_PATH|O_DIRECTORY|O_CLOEXEC', 0), {
  as: 'start',
});

export const backToRootSteps: readonly Step[] = [
  inside(WHY, call('fchdir', '$start')),
  inside(WHY, call('chroot', '.')),
];
