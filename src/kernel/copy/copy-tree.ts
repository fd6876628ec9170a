import { cString } from '../ffi/files.ts';
import { flagBits } from '../program/constants.ts';
import { errnoNumber } from '../program/errno.ts';
import { copyAttributes, copyNodeAttributes } from './attributes.ts';
import { close, must, mustOr } from './call.ts';
import { copyContent } from './content.ts';
import { makeNode } from './make-node.ts';
import { openDirectory } from './open-directory.ts';
import { openEntry } from './open-entry.ts';
import { DT_CHR, DT_DIR, DT_REG, type Stat, statOf } from './stat.ts';
import { type Directories, walk } from './walk.ts';

/** Descriptors of two empty directories of one file system, which nothing else writes to. */
export type CopyPlace = {
  readonly copy: number;
  /** Holds one name of each file that has several, and is of no use afterwards. */
  readonly links: number;
  /** Called often; may throw to end the copy. */
  readonly pause: () => void;
};

/**
 * Copies the content of a directory: owners, modes, times, extended attributes, hard links and holes are kept, symbolic
 * links and nodes are made again. The source may change meanwhile: what disappears is left out. The attributes of the
 * directory itself are not copied. Throws a CallError with the path below the directory.
 */
export const copyTree = (source: number, { copy, links, pause }: CopyPlace): void => {
  const copyFile = (fd: number, stat: Stat, to: number, name: number): void => {
    const file = must('openat', to, name, NEW_FILE, PRIVATE);
    try {
      copyContent(fd, stat, file, pause);
      copyAttributes(fd, stat, file);
    } finally {
      close(file);
    }
  };

  const copyNode = (fd: number, stat: Stat, to: number, name: number): void => {
    makeNode(fd, stat, to, name);
    copyNodeAttributes(fd, stat, to, name);
  };

  const copyOrLink = (make: typeof copyFile, fd: number, stat: Stat, to: number, name: number): void => {
    const first = cString(stat.identity());
    const linked = mustOr(NOT_LINKED, 'linkat', links, first.address, to, name, 0);
    if (linked < 0) make(fd, stat, to, name);
    if (linked === -ENOENT) must('linkat', to, name, links, first.address, 0);
  };

  const visit = ([from, to]: Directories, name: number, type: number): Directories | undefined => {
    pause();
    const entry = openEntry(from!, name, type);
    if (!entry) return undefined;
    const { fd, stat } = entry;
    if (stat.type === DT_DIR) return [fd, makeDirectory(to!, name)];
    try {
      const make = stat.type === DT_REG ? copyFile : copyNode;
      if (stat.links > 1) copyOrLink(make, fd, stat, to!, name);
      else if (!isWhiteout(stat)) make(fd, stat, to!, name);
    } finally {
      close(fd);
    }
    return undefined;
  };

  walk([source, copy], { visit, leave: ([from, to]) => copyAttributes(from!, statOf(from!), to!) });
};

// Private until its content is complete, and without a default access control list that its content would inherit.
const makeDirectory = (to: number, name: number): number => {
  must('mkdirat', to, name, PRIVATE | SEARCHABLE);
  return openDirectory(to, name);
};

/** overlayfs.rst: containers do not see it, nor what it stands for. */
const isWhiteout = ({ type, device }: Stat): boolean => type === DT_CHR && device === 0;

const NEW_FILE = flagBits('O', 'O_WRONLY|O_CREAT|O_EXCL|O_NOFOLLOW|O_CLOEXEC');
const PRIVATE = 0o600;
const SEARCHABLE = 0o100;

const ENOENT = errnoNumber('ENOENT');
const EMLINK = errnoNumber('EMLINK');

/** It is the first name, or the file system allows no more links to a file. */
const NOT_LINKED = [ENOENT, EMLINK];
