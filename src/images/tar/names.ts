/** The meaning of an entry's path in a layer, by the image specification of OCI. */
export type Place =
  /** The root directory itself. */
  | { readonly kind: 'root' }
  | { readonly kind: 'entry'; readonly parents: readonly string[]; readonly name: string }
  /** Takes away a name of the layers below; entries of its own layer stay, wherever they are in the archive. */
  | { readonly kind: 'whiteout'; readonly parents: readonly string[]; readonly name: string }
  /** Takes away everything that the layers below have in the directory. */
  | { readonly kind: 'opaque'; readonly parents: readonly string[] }
  /** Belongs to the file system AUFS, and means nothing elsewhere. */
  | { readonly kind: 'ignored' };

/**
 * Reads the path of an entry, whose bytes are latin1.
 * @returns the end of a sentence about the path if there can be no such entry
 */
export const placeOf = (path: string): Place | string => {
  const names = namesOf(path);
  if (typeof names === 'string') return names;
  if (names.some((name) => name.startsWith(AUFS) && name !== OPAQUE)) return { kind: 'ignored' };
  const parents = names.slice(0, -1);
  if (parents.some((name) => name.startsWith(PREFIX))) return 'lies below a whiteout';
  const name = names.at(-1);
  if (name === undefined) return { kind: 'root' };
  if (name === OPAQUE) return { kind: 'opaque', parents };
  if (!name.startsWith(PREFIX)) return { kind: 'entry', parents, name };
  const hidden = name.slice(PREFIX.length);
  if (hidden === '' || hidden === '.' || hidden === '..') return 'is a whiteout of no name';
  return { kind: 'whiteout', parents, name: hidden };
};

/**
 * The names along a path, from the root on: `./usr//bin/../lib` is `usr`, `lib`. `..` takes the last name back without
 * following links, as Docker does.
 * @returns the end of a sentence about the path if there can be no such file
 */
export const namesOf = (path: string): readonly string[] | string => {
  if (path.includes('\0')) return 'has a NUL in it';
  if (path.length > LONGEST_PATH) return `has a path of ${path.length} bytes; ${LONGEST_PATH} are the most`;
  const names: string[] = [];
  for (const name of path.split('/')) {
    if (name === '' || name === '.') continue;
    if (name.length > LONGEST_NAME) return `has a name of ${name.length} bytes; ${LONGEST_NAME} are the most`;
    if (name !== '..') names.push(name);
    else if (names.pop() === undefined) return 'leads out of the root';
  }
  return names;
};

const PREFIX = '.wh.';
const AUFS = '.wh..wh.';
const OPAQUE = '.wh..wh..opq';

/** NAME_MAX of Linux. */
const LONGEST_NAME = 255;

/** Linux has deeper trees, but no program writes such a path; each level takes time and memory. */
const LONGEST_PATH = 1 << 15;
