import { flagBits } from '../program/constants.ts';
import { must } from './call.ts';

/** Flags of open(2) for a directory, and for nothing to which a symbolic link leads. */
export const DIRECTORY = flagBits('O', 'O_RDONLY|O_DIRECTORY|O_NOFOLLOW|O_CLOEXEC');

/** Opens a directory by its parent and the address of its name. Throws a CallError. */
export const openDirectory = (parent: number, name: number): number =>
  must('openat', parent, name, DIRECTORY, 0);

/** Instead of the parent of an absolute path. */
export const AT_FDCWD = -100;
