import { errnoNumber } from '../program/errno.ts';
import { must, mustOr } from './call.ts';
import { DirectoryReader } from './directory-reader.ts';

/** Whether a directory that has just been opened has no entries. */
export const isEmpty = (directory: number): boolean => !new DirectoryReader().advance(directory);

/** Moves the entries of a directory into another one of the same mount, where existing entries stay as they are. */
export const moveEntries = (from: number, to: number): void => {
  const reader = new DirectoryReader();
  // readdir(3) may skip entries while others are removed.
  for (let isMoved = true; isMoved; must('lseek', from, 0, SEEK_SET)) {
    isMoved = false;
    for (reader.reset(); reader.advance(from); ) isMoved = moveEntry(from, reader.name, to) || isMoved;
  }
};

/** False if the name is taken. */
const moveEntry = (from: number, name: number, to: number): boolean => {
  const result = mustOr([EEXIST, EINVAL], 'renameat2', from, name, to, name, RENAME_NOREPLACE);
  // NFS has no such flag.
  if (result === -EINVAL) must('renameat2', from, name, to, name, 0);
  return result !== -EEXIST;
};

const RENAME_NOREPLACE = 1;
const SEEK_SET = 0;
const EEXIST = errnoNumber('EEXIST');
const EINVAL = errnoNumber('EINVAL');
