import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import type { Store } from './store.ts';
import { readBlob, readRecord } from './stored-image.ts';

/** What is wrong with a part of an image: its digest, and the end of a sentence about it. */
export type Fault = { readonly digest: string; readonly is: string };

/**
 * Reads everything of an image again and compares it with its digests, the bytes that containers run from included.
 * @param checked layers that were read already: digest and fault; added to
 */
export const verifyImage = async (
  store: Store,
  digest: string,
  checked: Map<string, Fault | undefined>,
): Promise<readonly Fault[]> => {
  const record = readRecord(store, digest);
  if (!record) return [{ digest, is: 'has no record' }];
  const blobs = [digest, record.id]
    .filter((each) => !readBlob(store, each))
    .map((each) => ({ digest: each, is: 'is missing or has changed' }));
  for (const layer of record.layers)
    if (!checked.has(layer)) checked.set(layer, await verifyLayer(store, layer));
  return [...blobs, ...record.layers.flatMap((layer) => checked.get(layer) ?? [])];
};

const verifyLayer = async (store: Store, diffId: string): Promise<Fault | undefined> => {
  const path = store.tar(diffId);
  // What was extracted has no digest any more.
  if (!existsSync(path))
    return existsSync(store.tree(diffId)) ? undefined : { digest: diffId, is: 'is missing' };
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK })) hash.update(chunk as Buffer);
  const came = `sha256:${hash.digest('hex')}`;
  return came === diffId ? undefined : { digest: diffId, is: `has changed: its digest is ${came}` };
};

const CHUNK = 1 << 20;
