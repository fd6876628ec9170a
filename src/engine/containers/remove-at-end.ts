import type { Exit } from '../../kernel/program/runner.ts';
import type { Context } from '../context/context.ts';
import { complainOf } from '../context/survive-errors.ts';
import type { ContainerRecord } from '../record/project-record.ts';
import { anonymousVolumes, removeAnonymous } from '../volumes/remove-recorded.ts';
import { removeContainer } from './remove-container.ts';

/** `run --rm`: the container is removed after its end, with its anonymous volumes. */
export const removeAtEnd = (context: Context, record: ContainerRecord, ended: Promise<Exit>): void => {
  if (!record.remove) return;
  void ended.then(() => removeForGood(context, record));
};

/**
 * Removes a container and its anonymous volumes; errors are for the next command. No caller waits for the deletion, so
 * it counts as work: the supervisor does not end before it.
 */
export const removeForGood = (context: Context, record: ContainerRecord): void => {
  void removeContainer(context, record.name);
  const removed = context.work.busyWhile(() => removeAnonymous(context, anonymousVolumes(record)));
  removed.catch((error: unknown) => complainOf(context.paths, error));
};
