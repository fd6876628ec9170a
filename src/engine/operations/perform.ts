import type { VolumeAction } from '../../plan/plan.ts';
import type { Volume } from '../../project/model/project.ts';
import type { Context } from '../context/context.ts';
import type { NetworkRecord } from '../record/project-record.ts';
import { removeVolume } from '../volumes/remove-recorded.ts';
import type { Done, Perform } from './apply.ts';
import { performContainer } from './perform-container.ts';
import { performNetwork } from './perform-network.ts';
import type { Tell } from './tell.ts';
import { createVolume } from './volumes.ts';
import type { Moved } from './with-new.ts';

/** The input for carrying out a plan: the records of new networks, the volumes of the files, and the timeout of a stop. */
export type Materials = {
  readonly networks: Readonly<Record<string, NetworkRecord>>;
  readonly volumes?: readonly Volume[];
  readonly moved?: Moved;
  /** Milliseconds; replaces every `stop_grace_period`. */
  readonly timeout?: number;
  readonly tell: Tell;
  /** Aborted with a `Cancellation`. */
  readonly signal: AbortSignal;
  /** The time limit of all waits, aborted with its milliseconds. */
  readonly late?: AbortSignal | undefined;
};

/** Carries out one operation, and returns its undo. */
export const performer =
  (context: Context, materials: Materials): Perform =>
  (operation, over) => {
    switch (operation.kind) {
      case 'network':
        return performNetwork(context, materials, operation);
      case 'volume':
        return performVolume(context, materials, operation);
      case 'container':
        return performContainer(context, { ...materials, over }, operation);
      default:
        return operation satisfies never;
    }
  };

const performVolume = (
  context: Context,
  { volumes = [] }: Materials,
  { name, verb }: VolumeAction,
): Promise<Done> =>
  verb === 'remove'
    ? removeVolume(context, name).then(() => ({}))
    : createVolume(context, volumes.find((volume) => volume.name === name)!);
