import { lstatSync, readlinkSync, type Stats } from 'node:fs';

/** Whether a path inside a directory leads to something other than a directory; false if there is nothing. */
export const isFileInside = (root: string, path: string): boolean =>
  entryInside(root, path)?.isDirectory() === false;

/**
 * The entry to which a path inside a directory leads, undefined if there is none. Symbolic links are followed with the
 * directory as their root.
 */
export const entryInside = (root: string, path: string): Stats | undefined => {
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
    if (!entry) return undefined;
    if (entry.isSymbolicLink()) {
      if (++links > MAX_LINKS) return undefined;
      const target = readlinkSync(here);
      if (target.startsWith('/')) at.length = 0;
      waiting.push(...target.split('/').reverse());
      continue;
    }
    if (!entry.isDirectory()) return waiting.every((rest) => rest === '' || rest === '.') ? entry : undefined;
    at.push(name);
  }
  return lstatSync([root, ...at].join('/'), { throwIfNoEntry: false });
};

// path_resolution(7)
const MAX_LINKS = 40;
