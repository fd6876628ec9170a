import { Problem } from '../../base/diagnostic.ts';
import { type HostFailure, makeHostSteps } from '../../kernel/launch/host-steps.ts';
import { errnoName } from '../../kernel/program/errno.ts';
import { errnoMeaning } from '../../kernel/program/errno-meaning.ts';
import type { Step } from '../../kernel/program/program.ts';
import { callText } from '../../kernel/program/text.ts';
import type { ImageRoot } from './image-root.ts';
import { rootSteps } from './steps.ts';

/**
 * Mounts an image root at an existing directory, with the calls of `rootSteps`. Throws a Problem if one fails; nothing is
 * mounted then, and no loop device is in use.
 */
export const mountRoot = (root: ImageRoot, mountPoint: string): void => {
  const steps = rootSteps(root, mountPoint);
  let failure = makeHostSteps(steps);
  // Another process may configure a free loop device before this one does.
  for (let attempt = 1; failure && isTaken(failure) && attempt < MOST_ATTEMPTS; attempt++)
    failure = makeHostSteps(steps);
  if (failure) throw new Problem(notMounted(failure));
};

const isTaken = ({ step, errno }: HostFailure): boolean =>
  step.call === 'ioctl' && step.args[1] === 'LOOP_CONFIGURE' && errnoName(errno) === 'EBUSY';

const MOST_ATTEMPTS = 50;

const notMounted = ({ step, errno }: HostFailure) => {
  const { note, help } = errnoMeaning(step.call, errno) ?? {};
  return {
    severity: 'error',
    code: 'step-failed',
    message: 'the image could not be mounted',
    facts: [
      ['call', callText(step as Step)],
      ['result', errnoName(errno)],
    ],
    ...(note && { notes: [note] }),
    ...(help && { help }),
  } as const;
};
