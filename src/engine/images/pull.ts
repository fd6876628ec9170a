import { type Diagnostic, Problem } from '../../base/diagnostic.ts';
import { type Reference, wantedOf } from '../../base/images/reference.ts';
import { type FetchOptions, fetchImage } from '../../images/fetch/fetch.ts';
import type { FetchEvent } from '../../images/fetch/fetch-layers.ts';
import type { RegistryEvent } from '../../images/registry/events.ts';
import type { Registries, RegistriesOptions } from '../../images/registry/registries.ts';
import { type EnginePlaces, findInEngines } from '../../images/sources/engine-stores.ts';
import { addToRef, readRef } from '../../images/store/refs.ts';
import type { Store } from '../../images/store/store.ts';
import { findImage, type StoredImage } from '../../images/store/stored-image.ts';
import { allAtOnce, type EndEvent } from './all-at-once.ts';
import { isDue, keyOf, oncePerImage, platformOf, referenceOf, type Wish } from './wish.ts';

export type PullEvent =
  | { readonly kind: 'pulling'; readonly image: string }
  /** Another engine of this machine has it: nothing is downloaded. */
  | { readonly kind: 'found'; readonly image: string; readonly in: string }
  | ({ readonly kind: 'layer'; readonly image: string } & FetchEvent)
  | { readonly kind: 'pulled'; readonly image: string; readonly digest: string }
  /** Nothing is fetched for the subject: `Image postgres:16`, or a service without one. */
  | { readonly kind: 'skipped'; readonly subject: string; readonly because: string }
  | EndEvent
  | { readonly kind: 'warning'; readonly image: string; readonly warning: Diagnostic }
  | RegistryEvent;

export type PullOptions = Pick<RegistriesOptions, 'environment' | 'etc' | 'wait' | 'pace'> & {
  /** Bytes that were fetched until then stay. */
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: (event: PullEvent) => void;
  /** Other engines of this machine; where they keep their images if it is left out. */
  readonly engines?: EnginePlaces;
  /** The failures of these images, as they are written, do not end the others and are no error, but part of the result. */
  readonly mayFail?: (image: string) => boolean;
};

/**
 * Fetches those of the images that their policies want, all at the same time, and each once. The first failure that may
 * not be ends the others and is thrown; what was fetched of them is there the next time.
 * @returns the diagnostics of the images that could not be fetched, by their text
 */
export const pullImages = async (
  store: Store,
  wishes: readonly Wish[],
  options: PullOptions,
): Promise<ReadonlyMap<string, readonly Diagnostic[]>> => {
  const due = oncePerImage(wishes.filter(isDue(store)));
  const fetched = new Set(due.map(keyOf));
  for (const wish of oncePerImage(wishes)) if (!fetched.has(keyOf(wish))) options.onEvent?.(skipped(wish));
  if (due.length === 0) return new Map();
  const { openRegistries } = await import('../../images/registry/registries.ts');
  const registries = openRegistries(options);
  try {
    return await allAtOnce(due, options, (wish, signal) =>
      pull(store, registries, wish, { ...options, signal }),
    );
  } finally {
    registries.close();
  }
};

const skipped = ({ reference, policy }: Wish): PullEvent => ({
  kind: 'skipped',
  subject: `Image ${reference}`,
  because:
    policy === 'never' || policy === 'build'
      ? `Its pull policy is ${policy}`
      : 'Image is already present locally',
});

const pull = async (
  store: Store,
  registries: Registries,
  wish: Wish,
  { signal, engines, onEvent = () => {} }: PullOptions & { readonly signal: AbortSignal },
): Promise<void> => {
  const image = wish.reference;
  const reference = referenceOf(image);
  const platform = platformOf(wish);
  const source = registries.source(reference);
  onEvent({ kind: 'pulling', image });
  const here = findImage(store, reference, platform);
  const target = here && readRef(store, reference)?.target;
  // A question for the digest is no pull: registries count those.
  if (here && target && (await source.digestOf(wantedOf(reference), signal)) === target) {
    const { platform, digest } = here;
    // Unless somebody has removed it meanwhile.
    if (await addToRef(store, reference, target, { platform, digest }))
      return onEvent({ kind: 'pulled', image, digest });
  }
  const options: FetchOptions = {
    ...{ platform, signal },
    onEvent: (event) => onEvent({ kind: 'layer', image, ...event }),
    onWarning: (warning) =>
      onEvent({ kind: 'warning', image, warning: { ...(wish.from && { from: wish.from }), ...warning } }),
  };
  const local =
    here || wish.policy === 'always'
      ? undefined
      : await copyFromEngine(store, reference, wish, { ...options, ...(engines && { engines }) }, onEvent);
  const { digest }: StoredImage = local ?? (await fetchImage(store, source, reference, options));
  onEvent({ kind: 'pulled', image, digest });
};

/** An image that Docker or Podman has on this machine needs no download. What cannot be used of it is fetched. */
const copyFromEngine = async (
  store: Store,
  reference: Reference,
  wish: Wish,
  { engines, ...options }: FetchOptions & Pick<PullOptions, 'engines'>,
  onEvent: (event: PullEvent) => void,
): Promise<StoredImage | undefined> => {
  const found = await findInEngines(reference, platformOf(wish), engines, options.onWarning);
  if (!found) return undefined;
  onEvent({ kind: 'found', image: wish.reference, in: found.name });
  try {
    return await fetchImage(store, found, reference, options);
  } catch (error) {
    if (!(error instanceof Problem) || error.diagnostics.some(({ code }) => code !== 'damaged-image'))
      throw error;
    return undefined;
  }
};
