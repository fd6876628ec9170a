import type { Dirent } from 'node:fs';
import { opendir, rename, rmdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { mountsBelow } from './mounts-below.ts';

/** A path that could not be removed, and the kernel's reason. */
export type Obstacle = { readonly path: string; readonly code: string };

/**
 * Removes a file, or a directory with its content, and returns the paths that stay (at most ten). Each call runs on a
 * thread of libuv's pool, so the event loop continues; concurrent calls and open directories are limited. Paths are
 * limited (PATH_MAX) and the depth of a tree is not: a deep directory is renamed to a name from `setAside`, on the same
 * file system. What is mounted in the tree stays, with the directories above it.
 */
export const removeTree = async (path: string, setAside: () => string): Promise<readonly Obstacle[]> => {
  const obstacles: Obstacle[] = [];
  const waiting = [path];
  let failures = 0;
  let mounts: ReadonlySet<string> = new Set();

  /** True if the path is gone, also if another process has removed it. */
  const attempt = async (what: string, work: () => Promise<void>): Promise<boolean> => {
    try {
      await work();
      return true;
    } catch (error) {
      const code = codeOf(error);
      if (code === 'ENOENT') return true;
      failures++;
      if (obstacles.length < MOST_OBSTACLES) obstacles.push({ path: what, code });
      return false;
    }
  };

  const removeDirectory = async (directory: string, depth: number): Promise<void> => {
    if (mounts.has(directory)) {
      await attempt(directory, () => Promise.reject(MOUNTED));
      return;
    }
    for (let pass = 1; ; pass++) {
      const before = failures;
      await attempt(directory, () => removeEntries(directory, depth));
      try {
        return await rmdir(directory);
      } catch (error) {
        // Its entries are reported already. Otherwise: readdir(3) may skip entries while others are removed.
        if (codeOf(error) === 'ENOTEMPTY' && (failures > before || pass < MOST_PASSES)) {
          if (failures > before) return;
          continue;
        }
        await attempt(directory, () => Promise.reject(error));
        return;
      }
    }
  };

  const removeEntries = async (directory: string, depth: number): Promise<void> => {
    for await (const entries of inBatches(await opendir(directory))) {
      const [directories, files] = [entries.filter(isDirectory), entries.filter((one) => !isDirectory(one))];
      await Promise.all(
        files.map(({ name }) => attempt(join(directory, name), () => unlink(join(directory, name)))),
      );
      for (const { name } of directories) {
        if (depth < DEEPEST) await removeDirectory(join(directory, name), depth + 1);
        else await moveAside(join(directory, name));
      }
    }
  };

  const moveAside = async (directory: string): Promise<void> => {
    const aside = setAside();
    if (await attempt(directory, () => rename(directory, aside))) waiting.push(aside);
  };

  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const current = next;
    mounts = new Set(mountsBelow(current));
    // unlink(2) fails with EISDIR for a directory.
    const isTree = await unlink(current).then(
      () => false,
      (error) =>
        codeOf(error) === 'EISDIR' || attempt(current, () => Promise.reject(error)).then(() => false),
    );
    if (isTree) await removeDirectory(current, 0);
  }
  return obstacles;
};

async function* inBatches(entries: AsyncIterable<Dirent>): AsyncGenerator<readonly Dirent[]> {
  let batch: Dirent[] = [];
  for await (const entry of entries) {
    batch.push(entry);
    if (batch.length < AT_ONCE) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}

const isDirectory = (entry: Dirent): boolean => entry.isDirectory();

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error);

/** The answer of rmdir(2) for a mount point. */
const MOUNTED = Object.assign(new Error('a mount point'), { code: 'EBUSY' });

/** Concurrent calls. */
const AT_ONCE = 16;

/** Levels below the first; each holds a directory open, and names have at most 255 bytes. */
const DEEPEST = 10;

const MOST_PASSES = 3;
const MOST_OBSTACLES = 10;
