import { randomBytes } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, renameSync, statSync } from 'node:fs';
import { AT_FDCWD } from '../../kernel/copy/open-directory.ts';
import { removeEntry } from '../../kernel/copy/remove-tree.ts';
import { cString } from '../../kernel/ffi/files.ts';
import { UNFINISHED } from './durable.ts';
import { readKnownBlob } from './known-blobs.ts';
import { underLocks } from './lock.ts';
import type { QuietStore } from './quiet-store.ts';
import { allRefs } from './refs.ts';
import { hexOf, type Store, TRASH_LOCK } from './store.ts';
import { imageDigests, readRecord, rootId } from './stored-image.ts';

/**
 * Takes everything out of the store that no image, no container and no running command needs. It is out of the way then,
 * and freed by `emptyTrash`.
 * @param used digests, or their digits, that containers need: read while the store is quiet
 * @returns where it is now
 */
export const collect = (store: QuietStore, used: Iterable<string>): readonly string[] => {
  if (!existsSync(store.directory)) return [];
  const needed = neededIn(store, used);
  return [...everything(store)]
    .filter(({ hexes, isUnfinished, age }) =>
      isUnfinished ? age >= GRACE : !hexes.some((hex) => needed.has(hex)),
    )
    .map(({ path }) => {
      const moved = `${store.trash}/${randomBytes(8).toString('hex')}`;
      renameSync(path, moved);
      return moved;
    });
};

/**
 * Frees what was removed, also by processes that were killed meanwhile: of layers of files, any depth. When this
 * resolves, no other process is freeing either.
 */
export const emptyTrash = async (store: Store): Promise<void> => {
  if (!existsSync(store.trash)) return;
  await underLocks(store, [TRASH_LOCK], {}, async () => {
    for (const name of readdirSync(store.trash)) removeEntry(AT_FDCWD, cString(`${store.trash}/${name}`));
  });
};

/** Whether the trash is freed in a moment: a directory may have any number of files, and a large file many blocks. */
export const isTrashSmall = (store: Store): boolean =>
  !existsSync(store.trash) ||
  readdirSync(store.trash).every((name) => {
    const found = lstatSync(`${store.trash}/${name}`, { throwIfNoEntry: false });
    return !found || (found.isFile() && found.size <= SMALL);
  });

/** Bytes. */
const SMALL = 1 << 20;

const neededIn = (store: QuietStore, used: Iterable<string>): ReadonlySet<string> => {
  const needed = new Set([...used, ...store.held].map(digits));
  for (const digest of imageDigests(store)) {
    const record = readRecord(store, digest);
    if (!record) continue;
    for (const each of [digest, record.id, ...record.layers, ...record.blobs]) needed.add(digits(each));
    needed.add(rootId(record.layers));
  }
  for (const { target } of allRefs(store)) needed.add(digits(target));
  return needed;
};

type Kept = {
  readonly path: string;
  /** Of what it belongs to: what is known of a blob belongs to its content as well. */
  readonly hexes: readonly string[];
  /** A download that may be gone on with, or what a process writes, or has left when it was killed. */
  readonly isUnfinished: boolean;
  /** ms */
  readonly age: number;
};

function* everything(store: Store): Generator<Kept> {
  const finished = [`${store.blobs}/sha256`, store.layers, store.roots, store.known];
  for (const place of [...finished, store.ingest, store.images, ...directoriesBelow(store.refs)])
    for (const name of readdirSync(place)) {
      const isUnfinished = place === store.ingest || name.endsWith(UNFINISHED);
      if (!isUnfinished && !finished.includes(place)) continue;
      const path = `${place}/${name}`;
      const found = statSync(path, { throwIfNoEntry: false });
      if (!found) continue;
      const content = place === store.known ? readKnownBlob(path)?.diffId : undefined;
      const hexes = [
        /^[0-9a-f]{64}/.exec(name)?.[0] ?? '',
        ...(content === undefined ? [] : [digits(content)]),
      ];
      yield { path, hexes, isUnfinished, age: Date.now() - found.mtimeMs };
    }
}

const directoriesBelow = (top: string): readonly string[] =>
  readdirSync(top, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isDirectory())
    .map(({ parentPath, name }) => `${parentPath}/${name}`);

const digits = (text: string): string => (/^sha256:/.test(text) ? hexOf(text) : text);

/** Of an interrupted download: a day, in milliseconds. */
const GRACE = 86_400_000;
