import { close, mustOr } from '../../kernel/copy/call.ts';
import { nameRoom } from '../../kernel/copy/name-room.ts';
import { DIRECTORY } from '../../kernel/copy/open-directory.ts';
import { statOf } from '../../kernel/copy/stat.ts';
import { errnoNumber } from '../../kernel/program/errno.ts';
import { type Attributes, setAttributes } from './attributes.ts';
import type { Directories, Names } from './directories.ts';
import type { Hidden } from './hidden.ts';
import { NEW_DIRECTORY } from './implied-attributes.ts';

/**
 * The attributes of directories, for the end: what is made in a directory changes its times, and inherits its default
 * access control list.
 */
export class DirectoryTimes {
  /** By the directory itself: two paths may lead to it, and the last entry decides. */
  readonly #waiting = new Map<string, Waiting>();

  /**
   * @param names those that lead to the directory through no link
   * @param directory its descriptor, of any kind
   * @param isImplied whether the attributes are those of the layers below
   */
  set(names: Names, directory: number, attributes: Attributes, isImplied = false): void {
    const { mode, uid, gid, mtime, mtimeNanoseconds, xattrs } = attributes;
    this.#waiting.set(statOf(directory).identity(), {
      names,
      attributes: { mode, uid, gid, mtime, mtimeNanoseconds, xattrs },
      isImplied,
    });
  }

  /** Directories that were replaced meanwhile are left out. @param hidden of the layers below */
  apply(directories: Directories, hidden: Hidden): void {
    for (const [identity, { names, attributes, isImplied }] of this.#waiting) {
      const above = directories.open(names.slice(0, -1));
      const fd =
        above === undefined ? -1 : mustOr(GONE, 'openat', above, room(names.at(-1) ?? '.'), DIRECTORY, 0);
      if (fd < 0) continue;
      try {
        if (statOf(fd).identity() === identity)
          setAttributes(fd, isImplied && hidden.has(names) ? NEW_DIRECTORY : attributes);
      } finally {
        close(fd);
      }
    }
  }
}

type Waiting = { readonly names: Names; readonly attributes: Attributes; readonly isImplied: boolean };

const GONE = ['ENOENT', 'ENOTDIR', 'ELOOP'].map((name) => errnoNumber(name as 'ENOENT'));
const room = nameRoom('openat');
