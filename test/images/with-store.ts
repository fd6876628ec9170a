import { mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { type Reference, readReference } from '../../src/base/images/reference.ts';
import type { Source } from '../../src/images/model/source.ts';
import { layoutDirectory } from '../../src/images/sources/layout-directory.ts';
import { collect } from '../../src/images/store/collect.ts';
import { inQuietStore } from '../../src/images/store/quiet-store.ts';
import { allRefs } from '../../src/images/store/refs.ts';
import { forget, untag } from '../../src/images/store/remove.ts';
import { openStore, type Store } from '../../src/images/store/store.ts';
import type { StoredImage } from '../../src/images/store/stored-image.ts';
import { type MadeImage, type MadeManifest, makeLayout } from './make-layout.ts';

export type StoreTest = {
  readonly store: Store;
  readonly state: string;
  /** A new directory of the test. */
  readonly directory: (name: string) => string;
  /** Writes images into a new layout and opens it. */
  readonly layout: (...images: readonly MadeImage[]) => Promise<MadeLayout>;
};

export type MadeLayout = {
  /** As of a registry: what it gave is kept for a second attempt. */
  readonly source: Source;
  readonly local: Source;
  readonly directory: string;
  readonly made: readonly MadeManifest[];
};

/** Runs a test with an empty store of its own. */
export const withStore =
  (body: (t: ExecutionContext, made: StoreTest) => Promise<unknown>) =>
  async (t: ExecutionContext): Promise<void> => {
    const top = mkdtempSync(join(tmpdir(), 'tscompose-images-'));
    let count = 0;
    const directory = (name: string): string => {
      const path = join(top, name);
      mkdirSync(path, { recursive: true });
      return path;
    };
    try {
      await body(t, {
        store: openStore(join(top, 'state')),
        state: join(top, 'state'),
        directory,
        layout: async (...images) => {
          const target = directory(`layout-${++count}`);
          const made = makeLayout(target, images);
          const local = await layoutDirectory(target);
          return { source: { ...local, isLocal: false }, local, directory: target, made };
        },
      });
    } finally {
      rmSync(top, { recursive: true, force: true });
    }
  };

export const reference = (text: string): Reference => {
  const read = readReference(text);
  if (!('reference' in read)) throw new Error(`${text} must ${read.must}`);
  return read.reference;
};

/** A source that gives what another one gives and counts it; `wrap` changes the chunks of a blob. */
export const counting = (
  source: Source,
  wrap: (chunks: AsyncIterable<Buffer>, digest: string) => AsyncIterable<Buffer> = (chunks) => chunks,
): Source & { readonly bytes: Map<string, number>; readonly requests: Map<string, number> } => {
  const [bytes, requests] = [new Map<string, number>(), new Map<string, number>()];
  return {
    ...source,
    bytes,
    requests,
    blob: async (descriptor, from, signal) => {
      const { digest } = descriptor;
      requests.set(digest, (requests.get(digest) ?? 0) + 1);
      const content = await source.blob(descriptor, from, signal);
      return { from: content.from, chunks: counted(wrap(content.chunks, digest), digest, bytes) };
    },
  };
};

async function* counted(
  chunks: AsyncIterable<Buffer>,
  digest: string,
  bytes: Map<string, number>,
): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    bytes.set(digest, (bytes.get(digest) ?? 0) + chunk.length);
    yield chunk;
  }
}

/** Collects what is not needed; the names of what is gone. */
export const collected = (store: Store, used: Iterable<string> = []): Promise<readonly string[]> =>
  inQuietStore(store, (quiet) => collect(quiet, used));

/** Takes all names from an image, and the image from the store. */
export const removed = (store: Store, { digest }: Pick<StoredImage, 'digest'>): Promise<void> =>
  inQuietStore(store, async (quiet) => {
    for (const { name } of allRefs(store)) await untag(quiet, [name], digest);
    await forget(quiet, digest);
  });

/** Names in a directory of the store, in order. */
export const namesIn = (directory: string): readonly string[] => readdirSync(directory).toSorted();

/** The files below these paths that this process has open. */
export const openFiles = (...paths: readonly string[]): readonly string[] =>
  readdirSync('/proc/self/fd')
    .flatMap((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`);
      } catch {
        return [];
      }
    })
    .filter((file) => paths.some((path) => file.startsWith(path)));
