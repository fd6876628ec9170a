import { CallError } from '../../kernel/copy/call.ts';
import { nameRoom, PATH_MAX } from '../../kernel/copy/name-room.ts';
import { fileCall, roomFor } from '../../kernel/ffi/files.ts';
import { errnoNumber } from '../../kernel/program/errno.ts';
import type { Names } from './directories.ts';

/** The target of a symbolic link, its bytes as latin1; undefined if it is something else. */
export const readLink = (directory: number, name: string): string | undefined => {
  const length = fileCall('readlinkat', directory, room(name), target.address, PATH_MAX);
  if (length === -EINVAL) return undefined;
  if (length < 0) throw new CallError('readlinkat', -length);
  return target.bytes.toString('latin1', 0, length);
};

/** Where a link leads, from the root on and never out of it. */
export const linkedNames = (link: Names, to: string): Names => {
  const names = to.startsWith('/') ? [] : link.slice(0, -1);
  for (const name of to.split('/')) {
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(name);
  }
  return names;
};

const target = roomFor(PATH_MAX);
const room = nameRoom('readlinkat');
const EINVAL = errnoNumber('EINVAL');
