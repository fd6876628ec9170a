import { type Diagnostic, type ModelPath, Problem } from '../../base/diagnostic.ts';
import { type PushEvent as LayerEvent, pushImage } from '../../images/push/push.ts';
import type { RegistryEvent } from '../../images/registry/events.ts';
import type { Registries, RegistriesOptions } from '../../images/registry/registries.ts';
import { addToRef } from '../../images/store/refs.ts';
import type { Store } from '../../images/store/store.ts';
import { findImage } from '../../images/store/stored-image.ts';
import { allAtOnce, type EndEvent } from './all-at-once.ts';
import { platformOf, referenceOf } from './wish.ts';

export type PushEvent =
  | { readonly kind: 'pushing'; readonly image: string }
  | ({ readonly kind: 'layer'; readonly image: string } & LayerEvent)
  | { readonly kind: 'pushed'; readonly image: string; readonly digest: string }
  | EndEvent
  | RegistryEvent;

/** An image of a service that a registry is to get. */
export type Pushed = {
  /** As it is written. */
  readonly reference: string;
  /** That of this machine if it is left out. */
  readonly platform?: string;
  /** The place that wants it: `services.web.image`. */
  readonly from?: ModelPath;
};

export type PushOptions = Pick<RegistriesOptions, 'environment' | 'etc' | 'wait' | 'pace'> & {
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: (event: PushEvent) => void;
  /** The failures of these images, as they are written, do not end the others and are no error, but part of the result. */
  readonly mayFail?: (image: string) => boolean;
};

/**
 * Brings images to their registries, all at the same time, and each once. Throws the first failure that may not be.
 * @returns the diagnostics of the images that a registry did not get, by their text
 */
export const pushImages = async (
  store: Store,
  wanted: readonly Pushed[],
  options: PushOptions,
): Promise<ReadonlyMap<string, readonly Diagnostic[]>> => {
  const images = [...new Map(wanted.map((each) => [each.reference, each])).values()];
  if (images.length === 0) return new Map();
  const { openRegistries } = await import('../../images/registry/registries.ts');
  const registries = openRegistries(options);
  try {
    return await allAtOnce(images, options, (image, signal) =>
      push(store, registries, image, { ...options, signal }),
    );
  } finally {
    registries.close();
  }
};

const push = async (
  store: Store,
  registries: Registries,
  { reference: text, platform }: Pushed,
  { signal, onEvent = () => {} }: PushOptions,
): Promise<void> => {
  const reference = referenceOf(text);
  onEvent({ kind: 'pushing', image: text });
  const { digest: named, ...repository } = reference;
  if (named !== undefined)
    throw refusal(`\`${text}\` names a digest, and only a tag can be pushed`, 'write `name:tag` in `image:`');
  const image = findImage(
    store,
    reference,
    platformOf({ reference: text, policy: 'never', ...(platform !== undefined && { platform }) }),
  );
  if (!image)
    throw refusal(
      `the image \`${text}\` is not on this machine, so it cannot be pushed`,
      'bring it with `tscompose load FILE`, or make it with `tscompose commit`',
    );
  const target = registries.target(repository);
  const digest = await pushImage(store, image, target, reference.tag ?? 'latest', {
    signal,
    onEvent: (event) => onEvent({ kind: 'layer', image: text, ...event }),
  });
  // The registry has the image of this store under the name now: a pull has nothing to fetch.
  await addToRef(store, reference, digest, { platform: image.platform, digest: image.digest });
  onEvent({ kind: 'pushed', image: text, digest });
};

const refusal = (message: string, help: string): Problem =>
  new Problem({ severity: 'error', code: 'no-image', message, help });
