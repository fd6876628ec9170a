import { readdirSync, readFileSync } from 'node:fs';
import { isDigest } from '../../base/images/reference.ts';
import type { Descriptor } from '../model/descriptor.ts';
import { writeDurably } from './durable.ts';
import type { Store } from './store.ts';

/** A layer as a registry has it, and its content. */
type KnownBlob = Descriptor & { readonly diffId: string };

/** Remembers which content is in a blob. */
export const noteBlob = (store: Store, descriptor: Descriptor, diffId: string): Promise<void> =>
  writeDurably(
    store.layerFacts(descriptor.digest),
    JSON.stringify({ ...descriptor, diffId } satisfies KnownBlob),
  );

/** The blobs that have the content of a layer, by its diff ID, in whatever compression. */
export const knownBlobs = (store: Store): ReadonlyMap<string, readonly Descriptor[]> => {
  const known = new Map<string, Descriptor[]>();
  for (const name of readdirSync(store.known)) {
    const read = readKnownBlob(`${store.known}/${name}`);
    if (!read) continue;
    const { diffId, ...descriptor } = read;
    known.set(diffId, [...(known.get(diffId) ?? []), descriptor]);
  }
  return known;
};

/** Undefined for a file that is damaged, or was removed meanwhile. */
export const readKnownBlob = (path: string): KnownBlob | undefined => {
  try {
    const read: unknown = JSON.parse(readFileSync(path, 'utf8'));
    const { diffId, digest, mediaType, size } = (read ?? {}) as Partial<KnownBlob>;
    const isWhole = [diffId, digest].every((each) => isDigest(String(each))) && typeof mediaType === 'string';
    return isWhole && typeof size === 'number' ? (read as KnownBlob) : undefined;
  } catch {
    return undefined;
  }
};
