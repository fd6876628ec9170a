import type { Diagnostic } from '../../../base/diagnostic.ts';
import { readReference } from '../../../base/images/reference.ts';
import type { FetchEvent } from '../../../images/fetch/fetch-layers.ts';
import { openStore } from '../../../images/store/store.ts';
import { stateDirectory } from '../../directories/project-paths.ts';
import { type PullOptions, pullImages as pullInto } from '../../images/pull.ts';
import { isDue, oncePerImage, type Wish } from '../../images/wish.ts';
import { requireRoot } from '../../supervisor/require-root.ts';

export type { PullEvent } from '../../images/pull.ts';
export type { Wish } from '../../images/wish.ts';

/** An event of a layer. */
export type FetchPhase = FetchEvent['phase'];

/** Fetches images of this machine’s store by the policies of their services; see `pullImages` there. */
export const pullImages = async (
  wishes: readonly Wish[],
  options: PullOptions,
): Promise<ReadonlyMap<string, readonly Diagnostic[]>> => {
  requireRoot();
  return pullInto(openStore(stateDirectory()), wishes, options);
};

/** The images that `pullImages` would ask the registries for, each once. */
export const dueWishes = (wishes: readonly Wish[]): readonly Wish[] =>
  oncePerImage(wishes.filter(isDue(openStore(stateDirectory()))));

/**
 * `pull` asks for a newer image of the tag `latest` even if the policy is `missing`, unlike `up`: as in Docker Compose.
 */
export const withNewLatest = (wish: Wish): Wish => {
  const read = readReference(wish.reference);
  const isLatest =
    'reference' in read && read.reference.digest === undefined && read.reference.tag === 'latest';
  return isLatest && (wish.policy === 'missing' || wish.policy === 'if_not_present')
    ? { ...wish, policy: 'always' }
    : wish;
};
