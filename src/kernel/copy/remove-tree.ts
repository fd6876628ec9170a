import { fileCall, type Room } from '../ffi/files.ts';
import { flagBits } from '../program/constants.ts';
import { errnoNumber } from '../program/errno.ts';
import { CallError, close, mustOr } from './call.ts';
import { openDirectory } from './open-directory.ts';
import { type Directories, walk } from './walk.ts';

/** Removes an entry of a directory, if there is one, with its content, by descriptors alone. Throws a CallError. */
export const removeEntry = (directory: number, { address: name }: Room): void => {
  // readdir(3) may skip entries while others are removed.
  for (let attempt = 1; ; attempt++) {
    const top = openUnlessRemoved([directory], name);
    if (!top) return;
    try {
      walk(top, {
        visit: openUnlessRemoved,
        leave: (_, above, { address }) => void removeEmpty(above, address),
      });
    } finally {
      top.forEach(close);
    }
    if (removeEmpty([directory], name)) return;
    if (attempt >= MOST_ATTEMPTS) throw new CallError('unlinkat', ENOTEMPTY);
  }
};

/** Removes the entry, or opens it if it is a directory. */
const openUnlessRemoved = ([above]: Directories, name: number): Directories | undefined => {
  const result = fileCall('unlinkat', above!, name, 0);
  if (result >= 0 || result === -ENOENT) return undefined;
  if (result !== -EISDIR) throw new CallError('unlinkat', -result);
  return [openDirectory(above!, name)];
};

/** False if the directory is not empty. */
const removeEmpty = ([above]: Directories, name: number): boolean =>
  mustOr([ENOTEMPTY], 'unlinkat', above!, name, AT_REMOVEDIR) === 0;

const AT_REMOVEDIR = flagBits('AT', 'AT_REMOVEDIR');
const ENOENT = errnoNumber('ENOENT');
const EISDIR = errnoNumber('EISDIR');
const ENOTEMPTY = errnoNumber('ENOTEMPTY');
const MOST_ATTEMPTS = 10;
