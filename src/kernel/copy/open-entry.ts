import { fileCall } from '../ffi/files.ts';
import { flagBits } from '../program/constants.ts';
import { errnoNumber } from '../program/errno.ts';
import { CallError, close } from './call.ts';
import { DIRECTORY } from './open-directory.ts';
import { DT_DIR, DT_REG, type Stat, statOf } from './stat.ts';

export type OpenEntry = { readonly fd: number; readonly stat: Stat };

/**
 * Opens an entry of a directory by the type that was read with its name: files and directories for reading, and others
 * with O_PATH, which has no effect on a device or a FIFO. If another entry has taken the name since, that one is
 * opened. Undefined if there is none any more. Throws a CallError.
 */
export const openEntry = (directory: number, name: number, listed: number): OpenEntry | undefined => {
  let type = listed;
  for (let attempt = 1; ; attempt++) {
    const flags = flagsFor(type);
    const fd = fileCall('openat', directory, name, flags, 0);
    if (fd === -ENOENT) return undefined;
    const stat = fd < 0 ? undefined : statOf(fd);
    if (stat && flagsFor(stat.type) === flags) return { fd, stat };
    if (fd >= 0) close(fd);
    if (attempt >= MOST_ATTEMPTS || (fd < 0 && flags === NODE))
      throw new CallError('openat', fd < 0 ? -fd : ESTALE);
    type = stat?.type ?? DT_UNKNOWN;
  }
};

const flagsFor = (type: number): number => {
  if (type === DT_REG) return FILE;
  return type === DT_DIR ? DIRECTORY : NODE;
};

// O_NONBLOCK: the open of a FIFO that has taken the name would wait for a writer.
const FILE = flagBits('O', 'O_RDONLY|O_NOFOLLOW|O_NONBLOCK|O_NOCTTY|O_CLOEXEC');
const NODE = flagBits('O', 'O_PATH|O_NOFOLLOW|O_CLOEXEC');

/** Of getdents64(2), for file systems that do not say. */
const DT_UNKNOWN = 0;

const MOST_ATTEMPTS = 100;
const ENOENT = errnoNumber('ENOENT');
const ESTALE = errnoNumber('ESTALE');
