import { mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { Queue } from '../../base/queue.ts';
import type { Work } from '../supervisor/work.ts';
import { type Obstacle, removeTree } from './remove-tree.ts';

/**
 * Where layers and logs go that nobody needs any more: a directory on their own file system. What is in it counts as
 * removed; a supervisor that is killed in between leaves only trash, which the next one takes away.
 */
export type Trash = {
  /** Moves these paths into it, at once; resolves when they are gone or turn out to stay. */
  readonly discard: (paths: readonly string[]) => Promise<void>;
  /** Resolves when nothing is being removed any more, with what has been found to stay since this was last asked. */
  readonly settled: () => Promise<readonly Diagnostic[]>;
  /** The same after another try with everything that is still in it. */
  readonly emptied: () => Promise<readonly Diagnostic[]>;
};

/** The removals count as work, so that the supervisor does not end before them. */
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
    if (paths.length === 0) return;
    const removal = work.busyWhile(() => Promise.all(paths.map(remove)).then(() => {}));
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
    discard: (paths) => {
      // On a full disk they are removed where they are, which makes space for the next.
      if (!isMade(directory)) return removeAll(paths);
      return removeAll(paths.flatMap((path) => moved(path, freshPath())));
    },
    settled,
    emptied: () => {
      const emptied = emptying.then(empty);
      emptying = emptied;
      return emptied;
    },
  };
};

/** Makes a directory; false where there is no space for it. */
const isMade = (directory: string): boolean => {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    return true;
  } catch (error) {
    if (!['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    return false;
  }
};

/** Where it is now; nowhere when there was nothing. */
const moved = (from: string, to: string): readonly string[] => {
  try {
    renameSync(from, to);
    return [to];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
};

/** What is in it, as paths. */
export const entriesOf = (directory: string): readonly string[] => {
  try {
    return readdirSync(directory).map((name) => join(directory, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
};

const notEmptied = (obstacles: readonly Obstacle[]): Diagnostic => ({
  severity: 'error',
  code: 'not-removed',
  message: 'files of a removed container could not be deleted',
  facts: obstacles.map(({ path, code }) => [code, path]),
  help: 'run `lsattr -d` on the path, or look for a mount on it; `tscompose down` tries again',
});

/** Of each a few calls are under way; the pool has threads for other things too. */
const REMOVALS_AT_ONCE = 2;
