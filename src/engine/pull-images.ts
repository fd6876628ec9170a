import type { Diagnostic } from '../base/diagnostic.ts';
import type { FetchEvent } from '../images/fetch-layers.ts';
import { openStore } from '../images/store/store.ts';
import { type PullOptions, pullImages as pullInto } from './images/pull.ts';
import type { Wish } from './images/wish.ts';
import { stateDirectory } from './supervisor/project-paths.ts';
import { requireRoot } from './supervisor/require-root.ts';

export type { PullEvent } from './images/pull.ts';

/** What happens to a layer. */
export type FetchPhase = FetchEvent['phase'];

/** Fetches images of this machine’s store by the policies of their services; see `pullImages` there. */
export const pullImages = async (
  wishes: readonly Wish[],
  options: PullOptions,
): Promise<ReadonlyMap<string, readonly Diagnostic[]>> => {
  requireRoot();
  return pullInto(openStore(stateDirectory()), wishes, options);
};
