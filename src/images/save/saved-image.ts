import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import type { Reference } from '../../base/images/reference.ts';
import { damaged } from '../model/refusals.ts';
import type { Store } from '../store/store.ts';
import { readBlob, type StoredImage } from '../store/stored-image.ts';
import type { NewFile } from './new-file.ts';

/** An image that is to be written, and the names that the archive gives it. */
export type SavedImage = {
  readonly image: Pick<StoredImage, 'id' | 'digest' | 'layers' | 'config'>;
  readonly names: readonly Reference[];
};

export const configOf = (store: Store, { id }: SavedImage['image']): Buffer => {
  const bytes = readBlob(store, id);
  if (!bytes) throw damaged(store.directory, 'the configuration of an image is missing', [['image', id]]);
  return bytes;
};

/** The plain archive of a layer as a file. Its digest is verified while it is read. */
export const layerFile = (store: Store, diffId: string, path: string): NewFile => ({
  path,
  size: statSync(store.tar(diffId)).size,
  open: () => verified(store, diffId),
});

async function* verified(store: Store, diffId: string): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(store.tar(diffId), { highWaterMark: CHUNK })) {
    hash.update(chunk);
    yield chunk;
  }
  const came = `sha256:${hash.digest('hex')}`;
  if (came !== diffId)
    throw damaged(store.directory, 'a layer has changed since it was stored', [
      ['expected', diffId],
      ['came', came],
    ]);
}

const CHUNK = 1 << 20;
