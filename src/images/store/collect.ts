import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, renameSync, statSync } from 'node:fs';
import { AT_FDCWD } from '../../kernel/copy/open-directory.ts';
import { removeEntry } from '../../kernel/copy/remove-tree.ts';
import { cString } from '../../kernel/ffi/files.ts';
import { heldDigests } from './lease.ts';
import { lock } from './lock.ts';
import { allRefs } from './refs.ts';
import { hexOf, STORE_LOCK, type Store } from './store.ts';
import { imageDigests, readRecord, rootId } from './stored-image.ts';

/**
 * Takes everything out of the store that no image, no container and no running fetch needs. It is out of the way when
 * this resolves, and freed by `emptyTrash`.
 * @param used digests, or their digits, that containers need
 * @returns the bytes that will be free
 */
export const collect = async (store: Store, used: ReadonlySet<string>): Promise<number> => {
  if (!existsSync(store.directory)) return 0;
  const turn = await lock(store, STORE_LOCK);
  try {
    const needed = neededIn(store, used);
    let bytes = 0;
    for (const path of everything(store)) {
      const { hex, size, isYoung } = path;
      if (needed.has(hex) || isYoung) continue;
      renameSync(path.path, `${store.trash}/${randomBytes(8).toString('hex')}`);
      bytes += size;
    }
    return bytes;
  } finally {
    turn.release();
  }
};

/** Frees what was removed, also by processes that were killed meanwhile: of layers of files, any depth. */
export const emptyTrash = async (store: Store): Promise<void> => {
  if (!existsSync(store.trash)) return;
  for (const name of readdirSync(store.trash)) removeEntry(AT_FDCWD, cString(`${store.trash}/${name}`));
};

const neededIn = (store: Store, used: ReadonlySet<string>): ReadonlySet<string> => {
  const needed = new Set<string>([...used, ...heldDigests(store)].map(digits));
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
  readonly hex: string;
  readonly size: number;
  /** A download that may be gone on with. */
  readonly isYoung: boolean;
};

function* everything(store: Store): Generator<Kept> {
  const places = [`${store.blobs}/sha256`, store.layers, store.roots, store.known, store.ingest];
  for (const place of places)
    for (const name of readdirSync(place)) {
      const path = `${place}/${name}`;
      const found = statSync(path, { throwIfNoEntry: false });
      if (!found) continue;
      const isYoung = place === store.ingest && Date.now() - found.mtimeMs < GRACE;
      yield { path, hex: /^[0-9a-f]{64}/.exec(name)?.[0] ?? '', size: found.size, isYoung };
    }
}

const digits = (text: string): string => (/^sha256:/.test(text) ? hexOf(text) : text);

/** Of an interrupted download: a day, in milliseconds. */
const GRACE = 86_400_000;
