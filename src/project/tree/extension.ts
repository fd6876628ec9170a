import type { Place } from '../../base/diagnostic.ts';
import type { Tree } from './tree.ts';

/** What a service was made from, for messages about what it has from there. */
export type Extension = {
  readonly base: string;
  /** Where it says so. */
  readonly at: Place;
  readonly tree: Tree;
  /** What the other service was made from. */
  readonly inner?: Extension | undefined;
};
