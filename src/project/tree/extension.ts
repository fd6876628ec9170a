import type { Place } from '../../base/diagnostic.ts';
import type { Tree } from './tree.ts';

/** The origin of a service, for messages about inherited values. */
export type Extension = {
  readonly base: string;
  /** Where it says so. */
  readonly at: Place;
  readonly tree: Tree;
  /** The origin of the other service. */
  readonly inner?: Extension | undefined;
};
