import { statfsSync, statSync } from 'node:fs';
import { Problem } from '../../base/diagnostic.ts';
import { humanSize } from '../../base/text/human-size.ts';
import type { Descriptor } from '../model/descriptor.ts';
import { noSpace } from '../model/refusals.ts';
import { emptyTrash } from './collect.ts';
import type { Store } from './store.ts';

/**
 * Throws a Problem if layers cannot fit on the disk of the store. A compressed layer is there twice for a while: as it
 * came, and as what comes out of it, which is no smaller.
 */
export const checkSpace = async (store: Store, layers: readonly Descriptor[]): Promise<void> => {
  const need = layers.reduce((sum, layer) => sum + needOf(store, layer), 0);
  // Space that was removed a moment ago, or by a process that was killed, may not be free yet.
  if (need * USUAL_GROWTH > freeIn(store)) await emptyTrash(store);
  const free = freeIn(store);
  if (need > free)
    throw noSpace(store.directory, humanSize(need - free, 3), [
      'the layers',
      `need ${humanSize(need, 3)} at least, and ${humanSize(free, 3)} are free`,
    ]);
};

/** Bytes. */
const freeIn = ({ directory }: Store): number => {
  const { bavail, bsize } = statfsSync(directory);
  return bavail * bsize;
};

/** The Problem for a disk that filled up meanwhile; other errors as they are. */
export const spaceError = (store: Store, error: unknown, layers: readonly Descriptor[]): unknown => {
  if (!isFull(error)) return error;
  const need = layers.reduce((sum, { size }) => sum + size, 0);
  return noSpace(store.directory, undefined, [
    'the layers',
    `have ${humanSize(need, 3)}, which grow to about ${humanSize(need * USUAL_GROWTH, 3)}`,
  ]);
};

export const isFull = (error: unknown): boolean =>
  !(error instanceof Problem) && ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '');

const needOf = (store: Store, { digest, size, mediaType }: Descriptor): number => {
  const there = Math.min(statSync(store.part(digest), { throwIfNoEntry: false })?.size ?? 0, size);
  return /[.+](gzip|zstd|xz)$/.test(mediaType) ? 2 * size - there : size - there;
};

/** Of a compressed layer, with what is kept of it while it comes. */
const USUAL_GROWTH = 3.5;
