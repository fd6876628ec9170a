import { type Platform, platformText, runnableOn } from '../../base/images/platform.ts';
import type { Descriptor } from './descriptor.ts';
import { digestOf } from './digest.ts';
import { type Index, isIndexType, type Manifest, readManifest } from './manifest.ts';
import { missingImage } from './missing-image.ts';
import { damaged, noImage, noPlatform } from './refusals.ts';
import type { RawManifest, Source } from './source.ts';

/** The meaning of a name on a platform. */
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
  const offered = new Set<string>();
  let asked = 0;

  const ask = async (wanted: string, shown: string): Promise<RawManifest> => {
    if (++asked > MOST_ASKED) throw damaged(source.name, `\`${name}\` has more than ${MOST_ASKED} indexes`);
    const raw = await source.manifest(wanted, signal);
    if (!raw) throw noImage(shown, await missingImage(source, wanted, signal));
    return raw;
  };

  /** Undefined if an index has nothing for the platform. */
  const descend = async (raw: RawManifest, expected: string | undefined): Promise<Chosen | undefined> => {
    const digest = digestOf(raw.bytes);
    if (expected !== undefined && digest !== expected)
      throw damaged(source.name, 'a manifest is not what its digest promises', [
        ['expected', expected],
        ['came', digest],
      ]);
    const read = readManifest(raw, source.name);
    const blobs = new Map([[digest, raw.bytes]]);
    if (!('manifests' in read)) return { target: digest, blobs, digest, manifest: read };
    for (const each of offeredPlatforms(read)) offered.add(each);
    for (const next of candidates(read, platform)) {
      const inner = await ask(next.digest, `${name}@${next.digest}`);
      const chosen = await descend(inner, next.digest);
      if (chosen) return { ...chosen, target: digest, blobs: new Map([...blobs, ...chosen.blobs]) };
    }
    return undefined;
  };

  const raw = await ask(which, name);
  const chosen = await descend(raw, which.startsWith('sha256:') ? which : undefined);
  if (!chosen) throw noPlatform(name, platformText(platform), [...offered]);
  return chosen;
};

/** The platforms that an index has, without attestations. */
const offeredPlatforms = (index: Index): readonly string[] => [
  ...new Set(images(index).flatMap((each) => (each.platform ? [platformText(each.platform)] : []))),
];

/** The candidates for the image of a platform, the best first. */
const candidates = (index: Index, platform: Platform): readonly Descriptor[] => {
  const all = images(index);
  const suited = runnableOn(platform).flatMap((wanted) =>
    all.filter((each) => each.platform && platformText(each.platform) === wanted),
  );
  // An index that says nothing of a platform holds one image, or other indexes.
  const unsaid = all.filter((each) => !each.platform);
  const inner = unsaid.filter((each) => isIndexType(each.mediaType));
  return [...suited, ...inner, ...unsaid.filter((each) => !inner.includes(each))];
};

/** BuildKit puts attestations beside images: their platform is `unknown/unknown`. */
const images = ({ manifests }: Index): readonly Descriptor[] =>
  manifests.filter(
    ({ platform, annotations }) =>
      platform?.os !== 'unknown' && annotations?.['vnd.docker.reference.type'] === undefined,
  );

/** Indexes may lie in each other without an end. */
const MOST_ASKED = 32;
