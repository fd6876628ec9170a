import { roomFor } from '../ffi/files.ts';
import { errnoNumber } from '../program/errno.ts';
import { must, mustOr } from './call.ts';
import type { Stat } from './stat.ts';

/**
 * Copies the content of an open file into a new one; holes stay holes. A file that grows meanwhile is copied to its
 * former length. `pause` is called between pieces of a large file.
 */
export const copyContent = (
  source: number,
  { size, blocks }: Stat,
  copy: number,
  pause: () => void,
): void => {
  if (size === 0) return;
  if (blocks * BLOCK < size) copyWithHoles(source, size, copy, pause);
  else if (size <= SMALL) copySmall(source, copy);
  else copyRange(source, size, copy, pause);
};

/** For a small file, the set-up of a copy within the kernel takes longer than the copy. */
const copySmall = (source: number, copy: number): void => {
  const length = must('read', source, room.address, SMALL);
  for (let done = 0; done < length; ) done += must('write', copy, room.address + done, length - done);
};

const copyWithHoles = (source: number, size: number, copy: number, pause: () => void): void => {
  for (let end = 0; end < size; ) {
    const begin = mustOr([ENXIO], 'lseek', source, end, SEEK_DATA);
    if (begin < 0 || begin >= size) break;
    end = Math.min(must('lseek', source, begin, SEEK_HOLE), size);
    must('lseek', source, begin, SEEK_SET);
    must('lseek', copy, begin, SEEK_SET);
    copyRange(source, end - begin, copy, pause);
  }
  must('ftruncate', copy, size);
};

/** From the positions of both files. */
const copyRange = (source: number, length: number, copy: number, pause: () => void): void => {
  for (let left = length; left > 0; ) {
    const done = copyPiece(source, copy, Math.min(left, PIECE));
    // The file has become shorter.
    if (done === 0) return;
    left -= done;
    if (left > 0) pause();
  }
};

// copy_file_range(2) shares the blocks on file systems that can, and may refuse files of two file systems.
const copyPiece = (source: number, copy: number, length: number): number => {
  const done = mustOr(REFUSALS, 'copy_file_range', source, 0, copy, 0, length, 0);
  return done < 0 ? must('sendfile', copy, source, 0, length) : done;
};

/** Bytes. */
const SMALL = 32 * 1024;
const PIECE = 16 * 1024 * 1024;
const BLOCK = 512;

const room = roomFor(SMALL);

const [SEEK_SET, SEEK_DATA, SEEK_HOLE] = [0, 3, 4];
const ENXIO = errnoNumber('ENXIO');
const EXDEV = errnoNumber('EXDEV');
const EINVAL = errnoNumber('EINVAL');
const EOPNOTSUPP = errnoNumber('EOPNOTSUPP');
const REFUSALS = [EXDEV, EINVAL, EOPNOTSUPP];
