import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { digestOf, digestOfChunks } from '../digest.ts';
import { ownPlatform } from '../platform.ts';
import type { ListedSource } from './layout.ts';

/**
 * A plain archive of a root directory, as an image of one layer without a configuration. The same archive is the same
 * image, whenever it is read.
 */
export const rootArchive = async (name: string, archive: string): Promise<ListedSource> => {
  const digest = await digestOfChunks(createReadStream(archive, { highWaterMark: CHUNK }));
  const { size } = await stat(archive);
  const config = Buffer.from(
    JSON.stringify({
      ...ownPlatform(),
      config: {},
      rootfs: { type: 'layers', diff_ids: [digest] },
      history: [{ created_by: 'an archive of a root directory' }],
    }),
  );
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: { mediaType: CONFIG, digest: digestOf(config), size: config.length },
      layers: [{ mediaType: LAYER, digest, size }],
    }),
  );
  return {
    name,
    offered: [{ which: digestOf(manifest) }],
    manifest: async () => ({ mediaType: MANIFEST, bytes: manifest }),
    blob: async (wanted, from) => ({
      from,
      chunks:
        wanted.digest === digest
          ? createReadStream(archive, { start: from, highWaterMark: CHUNK })
          : of(config),
    }),
  };
};

async function* of(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const CONFIG = 'application/vnd.oci.image.config.v1+json';
const LAYER = 'application/vnd.oci.image.layer.v1.tar';
const CHUNK = 1 << 20;
