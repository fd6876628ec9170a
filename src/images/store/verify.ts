import { createReadStream, existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { digestOfChunks } from '../model/digest.ts';
import { buildRoot } from '../root/build.ts';
import { isBuilt } from '../root/built.ts';
import type { Store } from './store.ts';
import { type ImageRecord, readBlob, readRecord, rootId } from './stored-image.ts';

/** A fault in a part of an image: its digest, and the end of a sentence about it. */
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
  const faults = [...blobs, ...record.layers.flatMap((layer) => checked.get(layer) ?? [])];
  return faults.length > 0 ? faults : await verifyRoot(store, record);
};

/** The image of EROFS over the layers has no digest of its own: it is made once more, and both are compared. */
const verifyRoot = async (store: Store, { digest, layers }: ImageRecord): Promise<readonly Fault[]> => {
  const root = store.root(rootId(layers));
  if (!isBuilt('erofs', root)) return [];
  const fresh = await mkdtemp(`${store.ingest}/verify-`);
  try {
    await buildRoot('erofs', layers.map(store.tar), fresh);
    for (const name of await readdir(fresh))
      if ((await digestOfFile(`${fresh}/${name}`)) !== (await digestOfFile(`${root}/${name}`)))
        return [{ digest, is: `has other files than its layers: ${name} has changed` }];
    return [];
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
};

const verifyLayer = async (store: Store, diffId: string): Promise<Fault | undefined> => {
  const path = store.tar(diffId);
  if (!existsSync(path)) return { digest: diffId, is: 'is missing' };
  const came = await digestOfFile(path);
  return came === diffId ? undefined : { digest: diffId, is: `has changed: its digest is ${came}` };
};

const digestOfFile = (path: string): Promise<string> =>
  digestOfChunks(createReadStream(path, { highWaterMark: CHUNK }));

const CHUNK = 1 << 20;
