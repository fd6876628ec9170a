import type { Context } from '../context/context.ts';
import type { ContainerRecord } from '../record/project-record.ts';

/** Continues the wait for a restart that an earlier supervisor began; a jump of the clock makes it no longer. */
export const resumeRestart = (
  { restarts }: Pick<Context, 'restarts'>,
  { name, restartDelay = 0, finishedAt = 0 }: ContainerRecord,
): void => {
  const left = finishedAt + restartDelay - Date.now();
  restarts.schedule(name, Math.max(0, Math.min(left, restartDelay)));
};
