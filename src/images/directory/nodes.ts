import { close, must, mustOr } from '../../kernel/copy/call.ts';
import { nameRoom } from '../../kernel/copy/name-room.ts';
import { openDirectory } from '../../kernel/copy/open-directory.ts';
import { DT_CHR, DT_DIR, statOf } from '../../kernel/copy/stat.ts';
import { flagBits } from '../../kernel/program/constants.ts';
import { errnoNumber } from '../../kernel/program/errno.ts';
import { mark } from './overlay-marks.ts';

/** The entry of this name in a directory; the bytes of the name are latin1. Links are not followed. */
export const kindOf = (above: number, name: string): 'directory' | 'whiteout' | 'other' =>
  withNode(above, name, (fd) => {
    const { type, device } = statOf(fd);
    if (type === DT_DIR) return 'directory';
    return type === DT_CHR && device === 0 ? 'whiteout' : 'other';
  });

/** The same for two names of one file; undefined if there is none. */
export const identityOf = (above: number, name: string): string | undefined => {
  const fd = mustOr([ENOENT], 'openat', above, room(name), NODE, 0);
  if (fd < 0) return undefined;
  const identity = statOf(fd).identity();
  close(fd);
  return identity;
};

/** Makes a directory hide what the layers below have in it. */
export const markOpaque = (above: number, name: string): void => {
  const directory = openDirectory(above, room(name));
  try {
    mark(directory);
  } finally {
    close(directory);
  }
};

/** Gives a descriptor of O_PATH for a while. */
export const withNode = <Result>(above: number, name: string, use: (fd: number) => Result): Result => {
  const fd = must('openat', above, room(name), NODE, 0);
  try {
    return use(fd);
  } finally {
    close(fd);
  }
};

const NODE = flagBits('O', 'O_PATH|O_NOFOLLOW|O_CLOEXEC');
const ENOENT = errnoNumber('ENOENT');
const room = nameRoom('openat');
