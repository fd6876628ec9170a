import { readImageConfig } from '../model/config.ts';
import { digestOf } from '../model/digest.ts';
import { damaged, noImage } from '../model/refusals.ts';
import type { Source } from '../model/source.ts';
import { DOCKER, inOneChunk, madeManifest } from './made-manifest.ts';
import { type SplitLayer, splitBytes, splitSize } from './tar-split.ts';

/** An image of another engine on this machine, as a place with that image alone. */
export const splitSource = async (
  name: string,
  config: Buffer,
  layerOf: (diffId: string, index: number, all: readonly string[]) => SplitLayer,
): Promise<Source> => {
  const read = readImageConfig(config);
  if ('fault' in read) throw damaged(name, `the configuration of the image is invalid: ${read.fault}`);
  const { diffIds } = read.config;
  const split = new Map(diffIds.map((diffId, index) => [diffId, layerOf(diffId, index, diffIds)]));
  const sizes = new Map<string, number>();
  for (const [diffId, layer] of split) sizes.set(diffId, await splitSize(layer));
  const id = digestOf(config);
  const manifest = madeManifest(
    DOCKER,
    config,
    diffIds.map((digest) => ({ digest, size: sizes.get(digest)! })),
  );
  return {
    name,
    isLocal: true,
    manifest: async () => ({ mediaType: DOCKER.manifest, bytes: manifest }),
    // The archive is put together from its beginning each time.
    blob: async ({ digest }) => {
      if (digest === id) return { from: 0, chunks: inOneChunk(config) };
      const layer = split.get(digest);
      if (!layer) throw noImage(digest, { source: name });
      return { from: 0, chunks: splitBytes(layer) };
    },
  };
};
