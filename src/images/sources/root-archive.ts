import { stat } from 'node:fs/promises';
import { ownPlatform } from '../../base/images/platform.ts';
import { digestOf, digestOfChunks } from '../model/digest.ts';
import { fileBytes } from './file-bytes.ts';
import type { ListedSource } from './layout.ts';
import { inOneChunk, madeManifest, OCI } from './made-manifest.ts';

/**
 * A plain archive of a root directory, as an image of one layer without a configuration. The same archive is the same
 * image, whenever it is read.
 */
export const rootArchive = async (
  name: string,
  archive: string,
  signal?: AbortSignal,
): Promise<ListedSource> => {
  const digest = await digestOfChunks(fileBytes(archive, 0, { signal }));
  const { size } = await stat(archive);
  const config = Buffer.from(
    JSON.stringify({
      ...ownPlatform(),
      config: {},
      rootfs: { type: 'layers', diff_ids: [digest] },
      history: [{ created_by: 'an archive of a root directory' }],
    }),
  );
  const manifest = madeManifest(OCI, config, [{ digest, size }]);
  return {
    name,
    isLocal: true,
    offered: [{ which: digestOf(manifest) }],
    manifest: async () => ({ mediaType: OCI.manifest, bytes: manifest }),
    blob: async (wanted, from) => ({
      from,
      chunks: wanted.digest === digest ? fileBytes(archive, from) : inOneChunk(config),
    }),
  };
};
