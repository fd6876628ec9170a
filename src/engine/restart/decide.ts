import type { RestartPolicy } from '../../project/model/project.ts';
import type { ContainerRecord } from '../record/project-record.ts';

/** The end of a run, or a start that failed. */
export type End = {
  readonly exitCode: number;
  readonly oomKilled: boolean;
  /** The length of the run in milliseconds; 0 of a start that failed. */
  readonly ran: number;
};

/** The restarts of a container since its last start by hand. */
export type Past = Pick<
  ContainerRecord,
  'restartCount' | 'restartDelay' | 'stoppedByHand' | 'stoppedForBoot' | 'rejoins'
>;

/** The next restart: its number, and the time before it in milliseconds. */
export type Restart = { readonly restartCount: number; readonly restartDelay: number };

/** Whether a container is started again, as in Docker; undefined if not. */
export const decideRestart = (
  own: RestartPolicy | undefined,
  { restartCount = 0, restartDelay = 0, stoppedByHand, stoppedForBoot, rejoins }: Past,
  { exitCode, oomKilled, ran }: End,
): Restart | undefined => {
  const policy = rejoins ? REJOINS : own;
  if (!policy || stoppedByHand || stoppedForBoot) return undefined;
  const hasFailed = exitCode !== 0 || oomKilled;
  if (policy.kind === 'on-failure' && !hasFailed) return undefined;
  const count = policy.window !== undefined && ran >= policy.window ? 0 : restartCount;
  if (policy.attempts !== undefined && count >= policy.attempts) return undefined;
  return {
    restartCount: count + 1,
    restartDelay: policy.delay ?? nextDelay(ran >= SUCCESS ? 0 : restartDelay),
  };
};

/** Twice as long each time: 0.1, 0.2, … 51.2, 60, 60 seconds. */
const nextDelay = (before: number): number => Math.min(before === 0 ? SHORTEST : before * 2, LONGEST);

const REJOINS: RestartPolicy = { kind: 'always' };

/** Milliseconds, those of Docker. */
const SHORTEST = 100;
const LONGEST = 60_000;
const SUCCESS = 10_000;
