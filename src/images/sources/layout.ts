import { isDigest } from '../../base/images/reference.ts';
import { readManifest } from '../model/manifest.ts';
import { damaged } from '../model/refusals.ts';
import type { Source } from '../model/source.ts';
import { hexOf } from '../store/store.ts';

/** An image of an archive or a directory: the word for its source, and the name that it has there. */
export type Offered = {
  /** A digest. */
  readonly which: string;
  /** As it is written there; missing if it has none. */
  readonly name?: string;
};

/** A place with several images, which it lists. */
export type ListedSource = Source & { readonly offered: readonly Offered[] };

/** The files of an OCI layout, wherever they are. */
export type LayoutFiles = {
  /** For messages. */
  readonly name: string;
  /** The content of a small file; undefined if there is none. */
  readonly read: (path: string) => Promise<Buffer | undefined>;
  /** From a byte on; rejects with a Problem if there is none. */
  readonly stream: (path: string, from: number) => AsyncIterable<Buffer>;
};

export const layoutSource = async ({ name, read, stream }: LayoutFiles): Promise<ListedSource> => {
  const bytes = await read('index.json');
  if (!bytes) throw damaged(name, 'there is no index.json in it');
  const index = readManifest({ mediaType: INDEX, bytes }, name);
  if (!('manifests' in index)) throw damaged(name, 'its index.json is no index');
  const digestOf = (which: string): string | undefined =>
    isDigest(which)
      ? which
      : index.manifests.find(({ annotations }) => annotations?.[REF_NAME] === which)?.digest;
  return {
    name,
    isLocal: true,
    offered: index.manifests.map(({ digest, annotations }) => {
      const known = annotations?.[CONTAINERD_NAME] ?? wholeName(annotations?.[REF_NAME]);
      return { which: digest, ...(known !== undefined && { name: known }) };
    }),
    manifest: async (which) => {
      const digest = digestOf(which);
      const content = digest && (await read(blobPath(digest)));
      // The type of a manifest below another index is in its bytes.
      const mediaType = index.manifests.find((each) => each.digest === digest)?.mediaType ?? '';
      return content ? { mediaType, bytes: content } : undefined;
    },
    blob: async ({ digest }, from) => ({ from, chunks: stream(blobPath(digest), from) }),
  };
};

/** Where a layout has a blob. */
export const blobPath = (digest: string): string => `blobs/sha256/${hexOf(digest)}`;

/** Podman and skopeo put the whole name there, others the tag alone, which names no image. */
const wholeName = (text: string | undefined): string | undefined =>
  text !== undefined && /[/:@]/.test(text) ? text : undefined;

const INDEX = 'application/vnd.oci.image.index.v1+json';
export const REF_NAME = 'org.opencontainers.image.ref.name';
/** Docker and containerd put the whole name there, and the tag alone into the other one. */
export const CONTAINERD_NAME = 'io.containerd.image.name';
