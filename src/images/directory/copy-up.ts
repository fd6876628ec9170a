import { copyAttributes, copyNodeAttributes } from '../../kernel/copy/attributes.ts';
import { close, must, withDescriptors } from '../../kernel/copy/call.ts';
import { copyContent } from '../../kernel/copy/content.ts';
import { nodePath } from '../../kernel/copy/extended-attributes.ts';
import { makeNode } from '../../kernel/copy/make-node.ts';
import { nameRoom } from '../../kernel/copy/name-room.ts';
import { AT_FDCWD } from '../../kernel/copy/open-directory.ts';
import { DT_DIR, DT_REG, statOf } from '../../kernel/copy/stat.ts';
import { flagBits } from '../../kernel/program/constants.ts';
import type { Names } from './directories.ts';
import { findBelow } from './lower-layers.ts';

/**
 * Copies a file of the layers below into a directory, as overlayfs does before a file gets another name: one that has
 * several names is linked within one layer only. False if there is no such file.
 */
export const copyUp = (below: readonly number[], names: Names, directory: number, name: string): boolean =>
  withDescriptors((keep) => {
    const found = findBelow(below, names);
    if (found === undefined) return false;
    const stat = statOf(keep(found));
    if (stat.type === DT_DIR) return false;
    if (stat.type !== DT_REG) {
      makeNode(found, stat, directory, room(name));
      copyNodeAttributes(found, stat, directory, room(name));
      return true;
    }
    const source = keep(must('openat', AT_FDCWD, nodePath(found), READ, 0));
    const copy = must('openat', directory, room(name), NEW_FILE, 0o600);
    try {
      copyContent(source, stat, copy, () => {});
      copyAttributes(source, stat, copy);
    } finally {
      close(copy);
    }
    return true;
  });

const READ = flagBits('O', 'O_RDONLY|O_CLOEXEC');
const NEW_FILE = flagBits('O', 'O_WRONLY|O_CREAT|O_EXCL|O_NOFOLLOW|O_CLOEXEC');
const room = nameRoom('openat');
