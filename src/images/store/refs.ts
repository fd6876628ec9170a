import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Reference, referenceText } from '../../base/images/reference.ts';
import { list, object, type Shape, text } from '../../base/shape.ts';
import { writeDurably } from './durable.ts';
import { STORE_LOCK, type Store } from './store.ts';

/** A name, and the images that it means. */
export type Ref = {
  /** In normal form. */
  readonly name: string;
  /** The digest that the source has under the name: of an index, or of a manifest. */
  readonly target: string;
  /** The manifests that are here, of one platform each. */
  readonly images: readonly { readonly platform: string; readonly digest: string }[];
  /** When it was fetched, as an ISO text: `pull_policy: daily` counts from it. */
  readonly lastTagTime: string;
};

export const readRef = (store: Store, reference: Reference): Ref | undefined =>
  readRefFile(refPath(store, reference));

/**
 * Lets a name mean an image; those of other platforms stay if they came from the same index. Under the lock of the store,
 * so that two processes lose no image of each other, and that nobody removes this one meanwhile.
 * @returns undefined if the image is not in the store any more
 */
export const addToRef = async (
  store: Store,
  reference: Reference,
  target: string,
  image: Ref['images'][number],
): Promise<Ref | undefined> => {
  // It makes system calls, and names are read on machines without native code, too.
  const { underLocks } = await import('./lock.ts');
  return underLocks(store, [STORE_LOCK], {}, async () => {
    if (!existsSync(store.image(image.digest))) return undefined;
    const before = readRef(store, reference);
    const others = before?.target === target ? before.images : [];
    const ref: Ref = {
      name: referenceText(reference),
      target,
      images: [...others.filter(({ platform }) => platform !== image.platform), image],
      lastTagTime: new Date().toISOString(),
    };
    await writeRef(store, reference, ref);
    return ref;
  });
};

/** Takes a name from all images that it means, or from one of them. The caller has the lock of the store. */
export const removeRef = async (store: Store, reference: Reference, digest?: string): Promise<void> => {
  const ref = digest === undefined ? undefined : readRef(store, reference);
  const others = ref?.images.filter((image) => image.digest !== digest) ?? [];
  if (ref && others.length > 0) return writeRef(store, reference, { ...ref, images: others });
  const path = refPath(store, reference);
  rmSync(path, { force: true });
  for (let above = dirname(path); above !== store.refs && isRemoved(above); ) above = dirname(above);
};

const writeRef = (store: Store, reference: Reference, ref: Ref): Promise<void> =>
  writeDurably(refPath(store, reference), JSON.stringify(ref));

/** Of all names, in no order. */
export const allRefs = (store: Store): readonly Ref[] => refsBelow(store.refs);

/** Of one repository, in no order. */
export const refsOf = (store: Store, { host, path }: Reference): readonly Ref[] => {
  const repository = join(store.refs, host, path);
  return [TAGS, DIGESTS].flatMap((folder) => refsBelow(join(repository, folder)));
};

/** A component of a path never begins with `_`, so the folders cannot be one. */
const refPath = (store: Store, { host, path, tag, digest }: Reference): string =>
  digest === undefined
    ? join(store.refs, host, path, TAGS, `${tag ?? 'latest'}.json`)
    : join(store.refs, host, path, DIGESTS, `${digest.slice('sha256:'.length)}.json`);

const refsBelow = (directory: string): readonly Ref[] =>
  entriesOf(directory).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return refsBelow(path);
    return entry.name.endsWith('.json') ? (readRefFile(path) ?? []) : [];
  });

const entriesOf = (directory: string) => {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
};

/** A file that is damaged is none: the name is fetched again. */
const readRefFile = (path: string): Ref | undefined => {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return refCheck(value) === undefined ? (value as Ref) : undefined;
  } catch (error) {
    // Without root the name is hidden, not missing.
    if ((error as NodeJS.ErrnoException).code === 'EACCES') throw error;
    return undefined;
  }
};

const refCheck = object({
  name: text,
  target: text,
  images: list(object({ platform: text, digest: text })),
  lastTagTime: text,
} satisfies Shape<Ref>);

/** Others may have put a name there meanwhile. */
const isRemoved = (directory: string): boolean => {
  try {
    rmdirSync(directory);
    return true;
  } catch {
    return false;
  }
};

const TAGS = '_tags';
const DIGESTS = '_digests';
