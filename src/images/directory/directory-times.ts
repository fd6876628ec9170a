import { close, mustOr } from '../../kernel/copy/call.ts';
import { nameRoom } from '../../kernel/copy/name-room.ts';
import { DIRECTORY } from '../../kernel/copy/open-directory.ts';
import { statOf } from '../../kernel/copy/stat.ts';
import { errnoNumber } from '../../kernel/errno.ts';
import { type Attributes, setAttributes } from './attributes.ts';
import type { Directories, Names } from './directories.ts';

/**
 * The attributes of directories, for the end: what is made in a directory changes its times, and inherits its default
 * access control list.
 */
export class DirectoryTimes {
  /** By the directory itself: two paths may lead to it, and the last entry decides. */
  readonly #waiting = new Map<string, { readonly names: Names; readonly attributes: Attributes }>();

  /** @param directory its descriptor, of any kind */
  set(
    names: Names,
    directory: number,
    { mode, uid, gid, mtime, mtimeNanoseconds, xattrs }: Attributes,
  ): void {
    this.#waiting.set(statOf(directory).identity(), {
      names,
      attributes: { mode, uid, gid, mtime, mtimeNanoseconds, xattrs },
    });
  }

  /** Directories that were replaced meanwhile are left out. */
  apply(directories: Directories): void {
    for (const [identity, { names, attributes }] of this.#waiting) {
      const above = directories.open(names.slice(0, -1));
      const fd =
        above === undefined ? -1 : mustOr(GONE, 'openat', above, room(names.at(-1) ?? '.'), DIRECTORY, 0);
      if (fd < 0) continue;
      try {
        if (statOf(fd).identity() === identity) setAttributes(fd, attributes);
      } finally {
        close(fd);
      }
    }
  }
}

const GONE = ['ENOENT', 'ENOTDIR', 'ELOOP'].map((name) => errnoNumber(name as 'ENOENT'));
const room = nameRoom('openat');
