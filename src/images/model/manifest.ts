import type { Platform } from '../../base/images/platform.ts';
import { isDigest } from '../../base/images/reference.ts';
import { type Check, list, number, object, optional, type Shape, text } from '../../base/shape.ts';
import type { Descriptor } from './descriptor.ts';
import { damaged, unsupported } from './refusals.ts';
import type { RawManifest } from './source.ts';

/** One image. */
export type Manifest = {
  readonly config: Descriptor;
  /** From the bottom up. */
  readonly layers: readonly Descriptor[];
};

/** The images of several platforms under one name. */
export type Index = { readonly manifests: readonly Descriptor[] };

/** Reads what a source gave, of Docker's and of OCI's media types. Throws a Problem for everything else. */
export const readManifest = ({ mediaType, bytes }: RawManifest, source: string): Manifest | Index => {
  if (bytes.length > LARGEST) throw damaged(source, `a manifest has ${bytes.length} bytes`);
  const value = parsed(bytes, source);
  if (/distribution\.manifest\.v1\+(json|prettyjws)/.test(mediaType) || value.schemaVersion === 1)
    throw unsupported(
      'the image has a manifest of schema 1, which Docker has given up as well',
      'push the image again with a Docker of 2017 or later',
    );
  if (Array.isArray(value.manifests)) return checked<Index>(value, indexCheck, source);
  if (value.config === undefined && 'layers' in value === false && value.blobs !== undefined)
    throw unsupported('the manifest describes an artifact, and not an image');
  // Go writes an empty list as null: an image without layers.
  return checked<Manifest>(
    { ...value, layers: value.layers === null ? [] : value.layers },
    manifestCheck,
    source,
  );
};

export const isIndexType = (mediaType: string): boolean =>
  /\.image\.index\.v1\+json|manifest\.list\.v2\+json/.test(mediaType);

/** Throws a Problem for layers that cannot be had or read. */
export const checkLayers = ({ config, layers }: Manifest): void => {
  if (!CONFIGS.test(config.mediaType))
    throw unsupported(`the manifest describes an artifact (${config.mediaType}), and not an image`);
  if (layers.length > MOST_LAYERS)
    throw unsupported(`the image has ${layers.length} layers, and ${MOST_LAYERS} are the most`);
  for (const { mediaType, digest, urls } of layers) {
    if (/\+encrypted$/.test(mediaType)) throw unsupported(`the layer ${digest} is encrypted`);
    if (/foreign|nondistributable/.test(mediaType) || (urls?.length ?? 0) > 0)
      throw unsupported(`the layer ${digest} is distributed by its owner alone (${mediaType})`);
    if (!LAYERS.test(mediaType)) throw unsupported(`the layer ${digest} has the unknown type ${mediaType}`);
  }
};

const parsed = (bytes: Buffer, source: string): Readonly<Record<string, unknown>> => {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Readonly<Record<string, unknown>>;
  } catch {
    // Said below.
  }
  throw damaged(source, 'a manifest or a configuration is no JSON object');
};

const checked = <Type>(value: unknown, check: Check, source: string): Type => {
  const flaw = check(value);
  if (flaw !== undefined) throw damaged(source, `a manifest or a configuration is invalid: ${flaw}`);
  return value as Type;
};

const digest: Check = (value) =>
  typeof value === 'string' && isDigest(value) ? undefined : ' is no digest of SHA-256';

const size: Check = (value) =>
  number(value) ?? (Number.isSafeInteger(value) && (value as number) >= 0 ? undefined : ' is no size');

/** Go writes an empty list as null. */
const orNothing =
  (check: Check): Check =>
  (value) =>
    value === null ? undefined : optional(check)(value);

const platformCheck = object({
  os: text,
  architecture: text,
  variant: optional(text),
} satisfies Shape<Platform>);

const descriptorCheck = object({
  mediaType: text,
  digest,
  size,
  platform: optional(platformCheck),
  annotations: orNothing(object({})),
  urls: orNothing(list(text)),
} satisfies Shape<Descriptor>);

const indexCheck = object({ manifests: list(descriptorCheck) } satisfies Shape<Index>);

const manifestCheck = object({
  config: descriptorCheck,
  layers: list(descriptorCheck),
} satisfies Shape<Manifest>);

/** Registries accept no more; nor does containerd. */
const LARGEST = 8 << 20;

/** An overlay takes 500 directories (OVL_MAX_STACK), and Docker makes images of 125 layers at most. */
const MOST_LAYERS = 500;

const CONFIGS = /^application\/vnd\.(docker\.container|oci)\.image(\.config)?\.v1\+json$/;
const LAYERS =
  /^application\/vnd\.(docker\.image\.rootfs\.diff\.tar|oci\.image\.layer\.v1\.tar)([.+](gzip|zstd|xz))?$/;
