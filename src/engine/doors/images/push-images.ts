import type { Diagnostic } from '../../../base/diagnostic.ts';
import type { PushEvent as LayerEvent } from '../../../images/push/push.ts';
import { openStore } from '../../../images/store/store.ts';
import { stateDirectory } from '../../directories/project-paths.ts';
import { type Pushed, type PushOptions, pushImages as pushFrom } from '../../images/push.ts';
import { requireRoot } from '../../supervisor/require-root.ts';

export type { PushEvent, Pushed } from '../../images/push.ts';

/** An event of a layer. */
export type PushPhase = LayerEvent['phase'];

/** Brings images of this machine’s store to their registries; see `pushImages` there. */
export const pushImages = async (
  images: readonly Pushed[],
  options: PushOptions,
): Promise<ReadonlyMap<string, readonly Diagnostic[]>> => {
  requireRoot();
  return pushFrom(openStore(stateDirectory()), images, options);
};
