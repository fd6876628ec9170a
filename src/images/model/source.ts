import type { Descriptor } from './descriptor.ts';

/**
 * A place where images come from: a registry, an OCI layout, an archive of `docker save`, the store of another engine.
 * Its bytes are checked by their reader, digests and sizes included.
 */
export type Source = {
  /** For messages: `registry-1.docker.io`, `Docker’s store`. */
  readonly name: string;
  /** The meaning of a name without an image. */
  readonly hint?: string;
  /** Its bytes are on this machine: they are read once more rather than kept for a second attempt. */
  readonly isLocal?: boolean;
  /**
   * The manifest or index of an image, byte for byte.
   * @param which a tag, or a digest such as `sha256:…`
   * @returns undefined if there is none
   */
  readonly manifest: (which: string, signal?: AbortSignal) => Promise<RawManifest | undefined>;
  /**
   * The content of a blob.
   * @param from the bytes that are there already
   */
  readonly blob: (descriptor: Descriptor, from: number, signal?: AbortSignal) => Promise<BlobContent>;
  /** Tags beside one that is missing, for its error; undefined if they cannot be known. */
  readonly tags?: (signal?: AbortSignal) => Promise<readonly string[] | undefined>;
};

export type RawManifest = {
  readonly mediaType: string;
  readonly bytes: Buffer;
};

export type BlobContent = {
  /** Where it begins: what was asked for, or 0 of a source that cannot go on in the middle. */
  readonly from: number;
  readonly chunks: AsyncIterable<Buffer>;
  /** Closes what is open already, if no chunk is asked for; missing if the first one opens it. */
  readonly discard?: () => void;
};
