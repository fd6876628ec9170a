import type { Dirent } from 'node:fs';
import { constants } from 'node:fs';
import { lstat, open, opendir } from 'node:fs/promises';
import { mountsBelow } from '../trash/mounts-below.ts';

/**
 * The bytes that a tree takes on its disk, as du(1) counts: whole blocks, a file with several hard links once, and
 * nothing that is mounted in it. A path that does not exist takes none. Calls run on libuv's threads, a few at once;
 * memory is needed for one batch of names, and for files of which a link is still to come.
 */
export const treeSize = async (path: string): Promise<number> => {
  const mounts = new Set(mountsBelow(path));
  /** Links that are still to come, by file. */
  const linked = new Map<string, number>();
  let bytes = 0;

  /** Counts an entry; true for a directory. */
  const count = async (entry: string): Promise<boolean> => {
    const found = await lstat(entry, { bigint: true }).catch(ignoreGone);
    if (!found || found.nlink === 0n) return false;
    if (found.isDirectory() || found.nlink === 1n || isFirst(found)) bytes += Number(found.blocks) * BLOCK;
    return found.isDirectory();
  };

  const isFirst = ({ dev, ino, nlink }: { dev: bigint; ino: bigint; nlink: bigint }): boolean => {
    const file = `${dev}:${ino}`;
    const left = linked.get(file);
    if (left === undefined) linked.set(file, Number(nlink) - 1);
    else if (left > 1) linked.set(file, left - 1);
    else linked.delete(file);
    return left === undefined;
  };

  /** `name`: the path as it is given; `here`: one that is short enough for the kernel. */
  const countEntries = async (here: string, name: string, depth: number): Promise<void> => {
    if (depth === DEEPEST) return countBelow(here, name);
    const directory = await opendir(here, { bufferSize: AT_ONCE }).catch(ignoreGone);
    if (!directory) return;
    for await (const entries of inBatches(directory)) {
      const isDirectory = await Promise.all(
        entries.map((entry) => !mounts.has(`${name}/${entry.name}`) && count(`${here}/${entry.name}`)),
      );
      for (const [index, entry] of entries.entries())
        if (isDirectory[index])
          await countEntries(`${here}/${entry.name}`, `${name}/${entry.name}`, depth + 1);
    }
  };

  /** A path is limited (PATH_MAX), so a deep directory gets a short one: that of its descriptor. */
  const countBelow = async (here: string, name: string): Promise<void> => {
    const directory = await open(here, O_DIRECTORY | O_NOFOLLOW).catch(ignoreGone);
    if (!directory) return;
    try {
      await countEntries(`/proc/self/fd/${directory.fd}`, name, 0);
    } finally {
      await directory.close();
    }
  };

  if (!mounts.has(path) && (await count(path))) await countBelow(path, path);
  return bytes;
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

/** A running container may remove files meanwhile, or replace a directory. */
const ignoreGone = (error: NodeJS.ErrnoException): undefined => {
  if (!['ENOENT', 'ENOTDIR', 'ELOOP', 'ESTALE'].includes(error.code ?? '')) throw error;
};

const { O_DIRECTORY, O_NOFOLLOW } = constants;

/** stat(2) counts in blocks of 512 bytes on every file system. */
const BLOCK = 512;
const AT_ONCE = 16;

/** Levels before a descriptor; names have at most 255 bytes. */
const DEEPEST = 10;
