import { list, object, optional, orNull, type Shape, text } from '../../base/shape.ts';
import { decompressorFor, HEAD } from '../codec/decompressor.ts';
import { readImageConfig } from '../model/config.ts';
import { digestOf, digestOfChunks } from '../model/digest.ts';
import { damaged, noImage } from '../model/refusals.ts';
import type { ArchiveFiles } from './archive-files.ts';
import type { ListedSource, Offered } from './layout.ts';
import { DOCKER, madeManifest } from './made-manifest.ts';

/** The images of an archive of `docker save`: `manifest.json` names configurations and layers by their paths. */
export const dockerArchive = async (
  name: string,
  files: ArchiveFiles,
  signal?: AbortSignal,
): Promise<ListedSource> => {
  const written = await readEntries(name, files);
  const manifests = new Map<string, Buffer>();
  const paths = new Map<string, string>();
  const offered: Offered[] = [];
  for (const entry of written) {
    signal?.throwIfAborted();
    const bytes = await manifestOf(name, files, entry, paths);
    const which = digestOf(bytes);
    manifests.set(which, bytes);
    for (const tag of entry.RepoTags ?? []) offered.push({ which, name: tag });
    if (!entry.RepoTags?.length) offered.push({ which });
  }
  const find = (which: string): Buffer | undefined =>
    manifests.get(which) ?? manifests.get(offered.find((each) => each.name === which)?.which ?? '');
  return {
    name,
    isLocal: true,
    offered,
    manifest: async (which) => {
      const bytes = find(which);
      return bytes && { mediaType: DOCKER.manifest, bytes };
    },
    blob: async ({ digest }, from) => {
      const path = paths.get(digest);
      if (path === undefined) throw noImage(digest, { source: name });
      return { from, chunks: files.stream(path, from) };
    },
  };
};

/** A manifest as a registry would have it. Notes the paths of its blobs. */
const manifestOf = async (
  name: string,
  files: ArchiveFiles,
  { Config, Layers }: Entry,
  paths: Map<string, string>,
): Promise<Buffer> => {
  const bytes = await files.read(Config);
  if (!bytes) throw damaged(name, `there is no ${Config} in it`);
  const read = readImageConfig(bytes);
  if ('fault' in read) throw damaged(name, `the configuration ${Config} is invalid: ${read.fault}`);
  const { diffIds } = read.config;
  const layers: { readonly digest: string; readonly size: number }[] = [];
  for (const [index, path] of Layers.entries()) {
    const size = files.size(path);
    const diffId = diffIds[index];
    if (size === undefined || diffId === undefined) throw damaged(name, `the layer ${path} is missing`);
    const digest = (await isPlain(files, path)) ? diffId : await digestOfChunks(files.stream(path, 0));
    paths.set(digest, path);
    layers.push({ digest, size });
  }
  paths.set(digestOf(bytes), Config);
  return madeManifest(DOCKER, bytes, layers);
};

const readEntries = async (name: string, files: ArchiveFiles): Promise<readonly Entry[]> => {
  try {
    const value: unknown = JSON.parse(String(await files.read('manifest.json')));
    const flaw = list(entryCheck)(value);
    if (flaw === undefined) return value as readonly Entry[];
    throw new SyntaxError(`it${flaw}`);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw damaged(name, `its manifest.json is invalid: ${error.message}`);
  }
};

/** The digest of a plain layer is its diff ID, which is verified when it is fetched. */
const isPlain = async (files: ArchiveFiles, path: string): Promise<boolean> => {
  for await (const chunk of files.stream(path, 0))
    return decompressorFor(chunk.subarray(0, HEAD), `the layer ${path}`) === undefined;
  return true;
};

type Entry = {
  readonly Config: string;
  readonly RepoTags?: readonly string[] | null;
  readonly Layers: readonly string[];
};

const entryCheck = object({
  Config: text,
  RepoTags: optional(orNull(list(text))),
  Layers: list(text),
} satisfies Shape<Entry>);
