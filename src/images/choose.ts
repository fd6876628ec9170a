import type { Descriptor, Platform } from './descriptor.ts';
import { type Index, isIndexType, type Manifest, readManifest } from './manifest.ts';
import { platformText, runnableOn } from './platform.ts';
import { damaged, noImage, noPlatform } from './refusals.ts';
import type { RawManifest, Source } from './source.ts';
import { digestOf } from './store/stored-image.ts';

/** What a name means on a platform. */
export type Chosen = {
  /** Digest of what the source has under the name. */
  readonly target: string;
  /** Every index on the way, and the manifest: byte for byte, by digest. */
  readonly blobs: ReadonlyMap<string, Buffer>;
  /** Of the manifest. */
  readonly digest: string;
  readonly manifest: Manifest;
};

/**
 * Asks a source for a name and goes down to the manifest of a platform.
 * @param name for messages
 * @param which a tag or a digest; a digest is verified
 */
export const chooseManifest = async (
  source: Source,
  name: string,
  which: string,
  platform: Platform,
  signal?: AbortSignal,
): Promise<Chosen> => {
  const blobs = new Map<string, Buffer>();

  const descend = async (raw: RawManifest, expected: string | undefined, depth: number): Promise<Chosen> => {
    const digest = digestOf(raw.bytes);
    if (expected !== undefined && digest !== expected)
      throw damaged(source.name, 'a manifest is not what its digest promises', [
        ['expected', expected],
        ['came', digest],
      ]);
    blobs.set(digest, raw.bytes);
    const read = readManifest(raw, source.name);
    if (!('manifests' in read)) return { target: digest, blobs, digest, manifest: read };
    if (depth === DEEPEST) throw damaged(source.name, 'indexes lie in each other without an end');
    const next = pick(read, platform) ?? refuse(name, read, platform);
    const inner = await source.manifest(next.digest, signal);
    if (!inner) throw noImage(`${name}@${next.digest}`, source.name);
    return { ...(await descend(inner, next.digest, depth + 1)), target: digest };
  };

  const raw = await source.manifest(which, signal);
  if (!raw) throw noImage(name, source.name);
  return descend(raw, which.startsWith('sha256:') ? which : undefined, 0);
};

/** The platforms that an index has, without attestations. */
export const offeredPlatforms = (index: Index): readonly string[] => [
  ...new Set(images(index).flatMap((each) => (each.platform ? [platformText(each.platform)] : []))),
];

const pick = (index: Index, platform: Platform): Descriptor | undefined => {
  const candidates = images(index);
  const suited = runnableOn(platform).flatMap((wanted) =>
    candidates.filter((each) => each.platform && platformText(each.platform) === wanted),
  );
  // An index that says nothing of a platform holds one image, or another index.
  return suited[0] ?? candidates.find((each) => !each.platform || isIndexType(each.mediaType));
};

const refuse = (name: string, index: Index, platform: Platform): never => {
  throw noPlatform(name, platformText(platform), offeredPlatforms(index));
};

/** BuildKit puts attestations beside images: their platform is `unknown/unknown`. */
const images = ({ manifests }: Index): readonly Descriptor[] =>
  manifests.filter(
    ({ platform, annotations }) =>
      platform?.os !== 'unknown' && annotations?.['vnd.docker.reference.type'] === undefined,
  );

const DEEPEST = 4;
