import { cString, roomFor } from '../ffi/files.ts';
import { errnoNumber } from '../program/errno.ts';
import { CallError, must } from './call.ts';
import { DT_LNK, type Stat } from './stat.ts';

/** Creates a symbolic link, device, FIFO or socket like the one of a descriptor of O_PATH. Throws a CallError. */
export const makeNode = (source: number, { type, device }: Stat, directory: number, name: number): void => {
  if (type === DT_LNK) makeLink(source, directory, name);
  else must('mknodat', directory, name, (type << 12) | PRIVATE, device);
};

const makeLink = (source: number, directory: number, name: number): void => {
  const length = must('readlinkat', source, EMPTY.address, target.address, PATH_MAX);
  if (length === PATH_MAX) throw new CallError('readlinkat', ENAMETOOLONG);
  target.bytes[length] = 0;
  must('symlinkat', target.address, directory, name);
};

/** path_resolution(7): of a path with its final zero, and so of a link. */
const PATH_MAX = 4096;
const target = roomFor(PATH_MAX);
const EMPTY = cString('');
const PRIVATE = 0o600;
const ENAMETOOLONG = errnoNumber('ENAMETOOLONG');
