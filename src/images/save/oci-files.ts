import { type Reference, referenceText } from '../../base/images/reference.ts';
import type { Descriptor } from '../model/descriptor.ts';
import { digestOf } from '../model/digest.ts';
import { CONTAINERD_NAME, REF_NAME } from '../sources/layout.ts';
import { madeManifest, OCI } from '../sources/made-manifest.ts';
import { hexOf, type Store } from '../store/store.ts';
import { type NewFile, smallFile } from './new-file.ts';
import { configOf, layerFile, type SavedImage } from './saved-image.ts';

/**
 * Images in the layout of OCI, with the `manifest.json` of `docker save` beside it: readers of either find the same
 * blobs. Layers are plain, so a manifest is another one than that of the registry; the ID of the image stays.
 */
export const ociFiles = (store: Store, images: readonly SavedImage[]): readonly NewFile[] => {
  const written = images.map((saved) => writeImage(store, saved));
  const blobs = new Map(written.flatMap(({ files }) => files.map((file) => [file.path, file])));
  const index = { schemaVersion: 2, mediaType: INDEX, manifests: written.flatMap(({ listed }) => listed) };
  return [
    smallFile('oci-layout', JSON.stringify({ imageLayoutVersion: '1.0.0' })),
    smallFile('index.json', JSON.stringify(index)),
    smallFile('manifest.json', JSON.stringify(written.map(({ entry }) => entry))),
    ...blobs.values(),
  ];
};

const writeImage = (store: Store, { image, names }: SavedImage) => {
  const config = configOf(store, image);
  const layers = image.layers.map((diffId) => layerFile(store, diffId, blobPath(diffId)));
  const descriptors = layers.map(({ size }, index) => ({ digest: image.layers[index]!, size }));
  const manifest = madeManifest(OCI, config, descriptors);
  const digest = digestOf(manifest);
  const { os, architecture, variant } = image.config;
  const descriptor: Descriptor = {
    ...{ mediaType: OCI.manifest, digest, size: manifest.length },
    platform: { os, architecture, ...(variant !== undefined && { variant }) },
  };
  return {
    files: [smallFile(blobPath(digest), manifest), smallFile(blobPath(image.id), config), ...layers],
    listed:
      names.length === 0 ? [descriptor] : names.map((name) => ({ ...descriptor, annotations: named(name) })),
    entry: {
      Config: blobPath(image.id),
      RepoTags: names.length === 0 ? null : names.map(referenceText),
      Layers: layers.map(({ path }) => path),
    },
  };
};

const named = (name: Reference) => ({
  [CONTAINERD_NAME]: referenceText(name),
  [REF_NAME]: name.tag ?? 'latest',
});

const blobPath = (digest: string): string => `blobs/sha256/${hexOf(digest)}`;

const INDEX = 'application/vnd.oci.image.index.v1+json';
