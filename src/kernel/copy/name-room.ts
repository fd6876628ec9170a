import { type FileCall, roomFor } from '../ffi/files.ts';
import { errnoNumber } from '../program/errno.ts';
import { CallError } from './call.ts';

/**
 * Memory for names and paths whose bytes are latin1. The function writes one as a C string: its address, valid until
 * the next call. Throws a CallError of `call` for what is longer than any path.
 */
export const nameRoom = (call: FileCall): ((name: string) => number) => {
  const room = roomFor(PATH_MAX);
  return (name) => {
    if (name.length >= PATH_MAX) throw new CallError(call, ENAMETOOLONG);
    room.bytes.write(name, 'latin1');
    room.bytes[name.length] = 0;
    return room.address;
  };
};

/** path_resolution(7): bytes of a path with its final NUL. */
export const PATH_MAX = 4096;
const ENAMETOOLONG = errnoNumber('ENAMETOOLONG');
