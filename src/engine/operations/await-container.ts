import { Problem } from '../../base/diagnostic.ts';
import { hasProcess } from '../../base/status.ts';
import { standing } from '../../plan/conditions.ts';
import type { ContainerAction } from '../../plan/plan.ts';
import type { Context } from '../context/context.ts';
import type { Done } from './apply.ts';
import { asOptional, lateDiagnostic, lossDiagnostic, waitedFor } from './await-failure.ts';
import { Abandoned } from './cancelled.ts';
import { type Tell, tellAll } from './tell.ts';

export type Wait = Extract<ContainerAction, { readonly verb: 'wait' }>;

export type Until = {
  /** Aborted when the wait has become pointless. */
  readonly over: AbortSignal;
  /** Aborted with the milliseconds of the time limit of all waits. */
  readonly late?: AbortSignal | undefined;
};

/**
 * Waits until a container satisfies a condition; listens to its events in between. Throws a Problem as soon as it no
 * longer can, or the time limit has passed, and `Abandoned` if the wait is pointless. The loss of an optional container
 * is a warning.
 */
export const awaitContainer = async (
  context: Context,
  wait: Wait,
  { over, late }: Until,
  tell: Tell,
): Promise<Done> => {
  const end = await endOfWait(context, wait, over, late, tell);
  if (end === 'abandoned') throw new Abandoned(await waitedFor(context, wait));
  if (end === 'late') throw new Problem(await lateDiagnostic(context, wait, late?.reason as number));
  if (end === 'satisfied') return detailOf(context, wait);
  const loss = await lossDiagnostic(context, wait);
  if (!wait.optional) throw new Problem(loss);
  const warning = asOptional(wait, loss);
  tellAll([warning], tell);
  return { skipped: warning.message };
};

/** The details beside `Healthy`. */
const detailOf = ({ record }: Context, { container, condition }: Wait): Done => {
  const found = record.containers[container];
  if (condition !== 'running' || !found) return {};
  if (!hasProcess(found.state)) return { detail: `exit ${found.exitCode}` };
  return found.health ? {} : { detail: 'runs, and has no health check' };
};

type End = 'satisfied' | 'lost' | 'late' | 'abandoned';

const endOfWait = (
  context: Context,
  { container, condition }: Wait,
  over: AbortSignal,
  late: AbortSignal | undefined,
  tell: Tell,
): Promise<End> =>
  new Promise((resolve) => {
    const listening = new AbortController();
    let settling: NodeJS.Timeout | undefined;
    const end = (how: End): void => {
      listening.abort();
      clearTimeout(settling);
      stop();
      resolve(how);
    };
    const look = (): void => {
      const record = context.record.containers[container];
      const now = record ? standing(condition, record) : 'lost';
      clearTimeout(settling);
      if (now === 'pending') return;
      // A container without a health check that ends at once was not well.
      if (now === 'satisfied' && record && condition === 'running' && hasProcess(record.state))
        settling = setTimeout(end, SETTLING, now);
      else end(now);
    };
    const stop = context.onEvent((event) => {
      if (!('container' in event) || event.container !== container) return;
      // Its caller sees why it takes so long.
      if (event.type === 'container.restarting') tell(event);
      look();
    });
    const on = (signal: AbortSignal | undefined, how: End): void => {
      signal?.addEventListener('abort', () => end(how), { once: true, signal: listening.signal });
      if (signal?.aborted) end(how);
    };
    look();
    on(over, 'abandoned');
    on(late, 'late');
  });

/** Milliseconds; the time after which Docker Compose looks first. */
const SETTLING = 500;
