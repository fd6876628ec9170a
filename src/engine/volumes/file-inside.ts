import { lstatSync, readlinkSync } from 'node:fs';

/**
 * Whether a path inside a directory leads to something other than a directory. Symbolic links are followed with the
 * directory as their root; false if there is nothing.
 */
export const isFileInside = (root: string, path: string): boolean => {
  const waiting = path.split('/').reverse();
  const at: string[] = [];
  for (let links = 0; waiting.length > 0; ) {
    const name = waiting.pop()!;
    if (name === '' || name === '.') continue;
    if (name === '..') {
      at.pop();
      continue;
    }
    const here = [root, ...at, name].join('/');
    const entry = lstatSync(here, { throwIfNoEntry: false });
    if (!entry) return false;
    if (entry.isSymbolicLink()) {
      if (++links > MAX_LINKS) return false;
      const target = readlinkSync(here);
      if (target.startsWith('/')) at.length = 0;
      waiting.push(...target.split('/').reverse());
      continue;
    }
    if (!entry.isDirectory()) return waiting.every((rest) => rest === '' || rest === '.');
    at.push(name);
  }
  return false;
};

// path_resolution(7)
const MAX_LINKS = 40;
