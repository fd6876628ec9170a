import { renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { Queue } from '../../base/queue.ts';
import { makeDirectories } from '../../kernel/make-directories.ts';
import type { Work } from '../context/work.ts';
import { entriesIfThere } from '../directories/read-if-there.ts';
import { removeSmallTree } from './remove-small-tree.ts';
import { type Obstacle, removeTree } from './remove-tree.ts';

/**
 * Removed layers and logs during their deletion: a directory on their own file system. Its content counts as removed; a
 * supervisor that is killed in between leaves only trash for the next one to delete.
 */
export type Trash = {
  /** Deletes small paths at once and moves others into the trash; resolves when they are deleted or could not be. */
  readonly discard: (paths: readonly string[]) => Promise<void>;
  /** A deletion of another kind, which is waited for as well. */
  readonly include: (deletion: () => Promise<void>) => void;
  /** Resolves when no deletion is in progress, with the paths that could not be deleted since the last call. */
  readonly settled: () => Promise<readonly Diagnostic[]>;
  /** The same after another attempt for the whole content. */
  readonly emptied: () => Promise<readonly Diagnostic[]>;
};

/** Deletions count as work, so that the supervisor does not end before them. */
export const openTrash = (directory: string, work: Work): Trash => {
  const removals = new Queue(REMOVALS_AT_ONCE);
  const underWay = new Set<Promise<void>>();
  const began = Date.now();
  let count = 0;
  let stuck: readonly Obstacle[] = [];
  let said = 0;
  let emptying: Promise<unknown> = Promise.resolve();
  const freshPath = (): string => join(directory, `${began}-${process.pid}-${++count}`);

  const remove = async (path: string): Promise<void> => {
    const found = await removals.run(() => removeTree(path, freshPath));
    stuck = [...stuck, ...found];
  };

  const removeAll = async (paths: readonly string[]): Promise<void> => {
    if (paths.length > 0) await include(() => Promise.all(paths.map(remove)).then(() => {}));
  };

  const include = async (deletion: () => Promise<void>): Promise<void> => {
    const removal = work.busyWhile(deletion);
    underWay.add(removal);
    await removal.finally(() => underWay.delete(removal));
  };

  const settled = async (): Promise<readonly Diagnostic[]> => {
    while (underWay.size > 0) await Promise.all(underWay);
    const news = stuck.slice(said);
    said = stuck.length;
    return news.length === 0 ? [] : [notEmptied(news)];
  };

  const empty = async (): Promise<readonly Diagnostic[]> => {
    await settled();
    stuck = [];
    await removeAll(entriesOf(directory));
    said = stuck.length;
    return stuck.length === 0 ? [] : [notEmptied(stuck)];
  };

  return {
    include: (deletion) => void include(deletion),
    discard: async (paths) => {
      const large = paths.filter((path) => !removeSmallTree(path, SMALL));
      if (large.length === 0) return;
      // On a full disk they are deleted in place, which frees space for the next.
      if (!isMade(directory)) return removeAll(large);
      await removeAll(large.flatMap((path) => moved(path, freshPath())));
    },
    settled,
    emptied: () => {
      const emptied = emptying.then(empty);
      emptying = emptied;
      return emptied;
    },
  };
};

/** Creates a directory; false if the disk is full. */
const isMade = (directory: string): boolean => {
  try {
    makeDirectories(directory);
    return true;
  } catch (error) {
    if (!['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    return false;
  }
};

/** The new path; none if there was nothing to move. */
const moved = (from: string, to: string): readonly string[] => {
  try {
    renameSync(from, to);
    return [to];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
};

/** Its entries, as paths. */
export const entriesOf = (directory: string): readonly string[] =>
  entriesIfThere(directory).map((name) => join(directory, name));

export const notEmptied = (
  obstacles: readonly Obstacle[],
  owner: 'container' | 'volume' = 'container',
): Diagnostic => ({
  severity: 'error',
  code: 'not-removed',
  message: `files of a removed ${owner} could not be deleted`,
  facts: obstacles.map(({ path, code }) => [code, path]),
  help: `run \`lsattr -d\` on the path, or look for a mount on it; \`${AGAIN[owner]}\` tries again`,
});

const AGAIN = { container: 'tscompose down', volume: 'tscompose volume prune' };

/** Entries of a tree that is deleted at once: a few tenths of a millisecond. */
const SMALL = 32;

/** Each deletion makes some concurrent calls; the pool's threads serve other work too. */
const REMOVALS_AT_ONCE = 2;
