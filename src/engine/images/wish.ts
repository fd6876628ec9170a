import { type ModelPath, Problem } from '../../base/diagnostic.ts';
import { ownPlatform, platformText, readPlatform } from '../../base/images/platform.ts';
import { type Reference, readReference } from '../../base/images/reference.ts';
import { readRef } from '../../images/store/refs.ts';
import type { Store } from '../../images/store/store.ts';
import { findImage } from '../../images/store/stored-image.ts';
import { mustPull, type PullPolicy } from './pull-policy.ts';

/** An image that a service wants. */
export type Wish = PullPolicy & {
  /** As it is written: `postgres:16`. */
  readonly reference: string;
  /** `linux/arm64`; that of this machine if it is left out. */
  readonly platform?: string;
  /** The place that wants it: `services.web.image`. */
  readonly from?: ModelPath;
};

/** Whether the policy wants an image to be fetched now. */
export const isDue =
  (store: Store) =>
  (wish: Wish): boolean => {
    const reference = referenceOf(wish.reference);
    const here = findImage(store, reference, platformOf(wish));
    const time = here && (readRef(store, reference)?.lastTagTime ?? 0);
    return mustPull(wish, time === undefined ? undefined : new Date(time).getTime(), Date.now());
  };

/** Wishes for the same image have the same. */
export const keyOf = (wish: Wish): string => `${wish.reference} ${platformText(platformOf(wish))}`;

/**
 * One wish for each image. Of several, one with `always` counts: what another engine of this machine has of the image may
 * be old.
 */
export const oncePerImage = (wishes: readonly Wish[]): readonly Wish[] => {
  const chosen = new Map<string, Wish>();
  for (const wish of wishes) if (chosen.get(keyOf(wish))?.policy !== 'always') chosen.set(keyOf(wish), wish);
  return [...chosen.values()];
};

export const referenceOf = (text: string): Reference => {
  const read = readReference(text);
  if ('reference' in read) return read.reference;
  throw new Problem({
    severity: 'error',
    code: 'invalid-image-name',
    message: `the image \`${text}\` must ${read.must}`,
    ...(read.label && { notes: [read.label] }),
  });
};

export const platformOf = ({ platform }: Wish) => {
  const read = platform === undefined ? ownPlatform() : readPlatform(platform);
  if (read) return read;
  throw new Problem({
    severity: 'error',
    code: 'invalid-value',
    message: `\`${platform}\` is not a platform`,
    help: 'write for example `linux/amd64` or `linux/arm64`',
  });
};
