import { type Dirent, opendirSync, rmdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Removes a file, or a tree of at most `most` entries, in the present turn of the event loop: for the layer of a
 * container that wrote little, threads and promises cost more than the calls. False if there is more, or if an entry
 * cannot be removed; a part of the tree may be gone then.
 */
export const removeSmallTree = (path: string, most: number): boolean => {
  let left = most;
  const remove = (directory: string): boolean => {
    const entries = entriesOf(directory, left);
    left -= entries.length;
    if (left < 0) return false;
    for (const entry of entries) {
      const inner = join(directory, entry.name);
      if (!entry.isDirectory()) unlinkSync(inner);
      else if (!remove(inner)) return false;
    }
    rmdirSync(directory);
    return true;
  };
  try {
    unlinkSync(path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return true;
    // unlink(2) fails with EISDIR for a directory.
    if (codeOf(error) !== 'EISDIR') return false;
  }
  try {
    return remove(path);
  } catch {
    return false;
  }
};

/** At most one entry more than `most`: the size of the directory does not matter. */
const entriesOf = (directory: string, most: number): readonly Dirent[] => {
  const open = opendirSync(directory, { bufferSize: most + 1 });
  const entries: Dirent[] = [];
  try {
    for (let entry = open.readSync(); entry && entries.length <= most; entry = open.readSync())
      entries.push(entry);
  } finally {
    open.closeSync();
  }
  return entries;
};

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;
