import { closeSync, constants, fstatSync, openSync, readFileSync, readlinkSync, type Stats } from 'node:fs';

/** Whether a path inside a directory leads to something other than a directory; false if there is nothing. */
export const isFileInside = (root: string, path: string): boolean =>
  entryInside(root, path)?.isDirectory() === false;

/** The entry to which a path inside a directory leads, undefined if there is none. */
export const entryInside = (root: string, path: string): Stats | undefined =>
  inside(root, path, (_, entry) => entry);

/** The content of a file inside a directory; undefined if there is no regular file of at most so many bytes. */
export const fileInside = (root: string, path: string, mostBytes: number): string | undefined =>
  inside(root, path, (found, entry) => {
    if (!entry.isFile() || entry.size > mostBytes) return undefined;
    // fcntl(2): a lease that somebody holds on the file keeps nobody waiting.
    const file = openSync(atHand(found), constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return readFileSync(file, 'utf8');
    } finally {
      closeSync(file);
    }
  });

/**
 * Follows a path with a directory as its root, name by name and by descriptors: whatever renames or replaces something
 * meanwhile, no link and no `..` leads out. This is openat2(2) with RESOLVE_IN_ROOT for machines without native code.
 * @param use gets a descriptor of O_PATH
 */
const inside = <Result>(
  root: string,
  path: string,
  use: (found: number, entry: Stats) => Result,
): Result | undefined => {
  const waiting = path.split('/').reverse();
  /** The root and the directories on the way. */
  const opened: number[] = [];
  try {
    opened.push(openSync(root, DIRECTORY));
    for (let links = 0; waiting.length > 0; ) {
      const name = waiting.pop()!;
      if (name === '' || name === '.') continue;
      if (name === '..') {
        if (opened.length > 1) closeSync(opened.pop()!);
        continue;
      }
      const here = `${atHand(opened.at(-1)!)}/${name}`;
      const found = openSync(here, O_PATH | constants.O_NOFOLLOW);
      opened.push(found);
      const entry = fstatSync(found);
      if (entry.isSymbolicLink()) {
        if (++links > MAX_LINKS) return undefined;
        closeSync(opened.pop()!);
        const target = readlinkSync(here);
        if (target.startsWith('/')) for (const above of opened.splice(1)) closeSync(above);
        waiting.push(...target.split('/').reverse());
      } else if (!entry.isDirectory())
        return waiting.every((rest) => rest === '' || rest === '.') ? use(found, entry) : undefined;
    }
    return use(opened.at(-1)!, fstatSync(opened.at(-1)!));
  } catch (error) {
    if (ABSENT.includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  } finally {
    for (const fd of opened) closeSync(fd);
  }
};

/** proc_pid_fd(5): what a descriptor has open, and not what its path leads to now. */
const atHand = (fd: number): string => `/proc/self/fd/${fd}`;

/** Node does not export it. */
const O_PATH = 0o10000000;
const DIRECTORY = O_PATH | constants.O_DIRECTORY;

/** EINVAL: something has taken the place of a link. */
const ABSENT = ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'EINVAL'];

// path_resolution(7)
const MAX_LINKS = 40;
