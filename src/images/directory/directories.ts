import { CallError, close, must } from '../../kernel/copy/call.ts';
import { nameRoom, PATH_MAX } from '../../kernel/copy/name-room.ts';
import { openWithin } from '../../kernel/copy/open-within.ts';
import { fileCall } from '../../kernel/ffi/files.ts';
import { flagBits } from '../../kernel/program/constants.ts';
import { errnoNumber } from '../../kernel/program/errno.ts';

/** Names from the root on, their bytes as latin1. */
export type Names = readonly string[];

/** Makes the directory of these names in the one above it. */
type Make = (above: number, names: Names) => void;

/**
 * The directories of a tree, by descriptors that neither links nor `..` lead out of the tree. They are of O_PATH, and
 * valid until the next call but one.
 */
export class Directories {
  readonly #root: number;
  readonly #opened = new Map<string, number>();

  /** @param root a descriptor, which stays open */
  constructor(root: number) {
    this.#root = root;
  }

  /**
   * Opens a directory. Links of the tree are followed within it.
   * @param make called where there is nothing or no directory
   * @returns undefined if there is still none
   */
  open(names: Names, make?: Make): number | undefined {
    if (names.length === 0) return this.#root;
    const path = names.join('/');
    const known = this.#opened.get(path);
    if (known !== undefined) return known;
    const fd = this.#find(names, path, make);
    if (fd !== undefined) this.#remember(path, fd);
    return fd;
  }

  /** Forgets all descriptors: their paths may lead elsewhere now. */
  forget(): void {
    for (const fd of this.#opened.values()) close(fd);
    this.#opened.clear();
  }

  /** By path as deep as there is something, and then name by name. */
  #find(names: Names, path: string, make: Make | undefined): number | undefined {
    let fd = this.#byPath(path);
    if (fd !== undefined) return fd;
    let depth = names.length;
    let known: number | undefined;
    while (fd === undefined && known === undefined) {
      const above = names.slice(0, --depth).join('/');
      known = this.#opened.get(above);
      if (known === undefined) fd = this.#byPath(above);
    }
    fd ??= must('fcntl', known!, F_DUPFD_CLOEXEC, 0);
    for (; depth < names.length && fd !== undefined; depth++) {
      const above: number = fd;
      try {
        fd = this.#step(above, names.slice(0, depth + 1), make);
      } finally {
        close(above);
      }
    }
    return fd;
  }

  /** Undefined if there is nothing, if links lead in a circle, or if the path is too long for one call. */
  #byPath(path: string): number | undefined {
    if (path.length >= PATH_MAX) return undefined;
    const fd = openWithin(this.#root, room(path === '' ? '.' : path), NODE_DIRECTORY);
    if (fd >= 0) return fd;
    if (NOWHERE.includes(-fd)) return undefined;
    throw new CallError('openat2', -fd);
  }

  /** One name further, and through no link: a link that leads to a directory was followed by path. */
  #step(above: number, names: Names, make?: Make): number | undefined {
    const open = (): number => fileCall('openat', above, room(names.at(-1)!), ENTRY_DIRECTORY, 0);
    let fd = open();
    if (fd === -ENOENT || fd === -ENOTDIR) {
      if (!make) return undefined;
      make(above, names);
      fd = open();
    }
    // A link, whose target was made.
    if (fd === -ENOTDIR) return this.#byPath(names.join('/'));
    if (fd < 0) throw new CallError('openat', -fd);
    return fd;
  }

  #remember(path: string, fd: number): void {
    const [oldest] = this.#opened;
    if (this.#opened.size >= MOST_OPEN && oldest) {
      this.#opened.delete(oldest[0]);
      close(oldest[1]);
    }
    this.#opened.set(path, fd);
  }
}

const NODE_DIRECTORY = flagBits('O', 'O_PATH|O_DIRECTORY|O_CLOEXEC');
const ENTRY_DIRECTORY = flagBits('O', 'O_PATH|O_DIRECTORY|O_NOFOLLOW|O_CLOEXEC');
const F_DUPFD_CLOEXEC = 1030;
const ENOENT = errnoNumber('ENOENT');
const ENOTDIR = errnoNumber('ENOTDIR');
/** A link of the layer may lead in a circle. */
const NOWHERE = [ENOENT, ENOTDIR, errnoNumber('ELOOP')];
const MOST_OPEN = 128;
const room = nameRoom('openat2');
