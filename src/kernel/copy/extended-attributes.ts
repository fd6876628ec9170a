import { type FileCall, type Room, roomFor } from '../ffi/files.ts';
import { errnoNumber } from '../program/errno.ts';
import { mustOr } from './call.ts';

/** Copies the extended attributes of an open file or directory: capabilities, access control lists, those of users. */
export const copyExtendedAttributes = (source: number, copy: number): void => copyAll(OPEN, source, copy);

/** The same for two descriptors of O_PATH. */
export const copyNodeExtendedAttributes = (source: number, copy: number): void => copyAll(NODE, source, copy);

/** Those of a descriptor of O_PATH, as they would be copied; the bytes of a name are latin1. */
export const extendedAttributesOf = (fd: number): readonly (readonly [name: string, value: Buffer])[] => {
  const length = mustOr(NONE, 'listxattr', nodePath(fd), names.address, MOST_BYTES);
  return namesIn(length).flatMap((name) => {
    const size = mustOr(GONE, 'getxattr', nodePath(fd), name, value.address, MOST_BYTES);
    const begin = name - names.address;
    const text = names.bytes.toString('latin1', begin, names.bytes.indexOf(0, begin));
    return size < 0 ? [] : [[text, Buffer.from(value.bytes.subarray(0, size))] as const];
  });
};

/** Whether an entry has an attribute of any kind, by a descriptor of O_PATH or an open one. */
export const hasExtendedAttribute = (fd: number, name: Room): boolean =>
  mustOr([...GONE, ...NONE], 'getxattr', nodePath(fd), name.address, value.address, MOST_BYTES) >= 0;

/** The calls for a kind of descriptors, and how these take one. */
type Calls = {
  readonly list: FileCall;
  readonly get: FileCall;
  readonly set: FileCall;
  readonly given: (fd: number) => number;
};

const copyAll = ({ list, get, set, given }: Calls, source: number, copy: number): void => {
  const length = mustOr(NONE, list, given(source), names.address, MOST_BYTES);
  for (const name of namesIn(length)) {
    const size = mustOr(GONE, get, given(source), name, value.address, MOST_BYTES);
    if (size >= 0) mustOr(UNSUPPORTED, set, given(copy), name, value.address, size, 0);
  }
};

/**
 * The address of the path of a descriptor of O_PATH, until the next call: calls that take no such descriptor take its
 * path, which leads to the node itself, also where the node is a symbolic link.
 */
export const nodePath = (fd: number): number => {
  path.bytes.write(`/proc/self/fd/${fd}\0`, 'latin1');
  return path.address;
};

const OPEN: Calls = { list: 'flistxattr', get: 'fgetxattr', set: 'fsetxattr', given: (fd) => fd };
const NODE: Calls = { list: 'listxattr', get: 'getxattr', set: 'setxattr', given: nodePath };

/** The addresses of the names in a list of listxattr(2) that are copied. */
const namesIn = (length: number): readonly number[] => {
  const found: number[] = [];
  for (let begin = 0; begin < length; ) {
    const end = names.bytes.indexOf(0, begin);
    const name = names.bytes.toString('latin1', begin, end);
    if (isCopied(name)) found.push(names.address + begin);
    begin = end + 1;
  }
  return found;
};

/**
 * overlayfs.rst: an attribute of overlayfs would make a directory of the volume redirect or hide others where it is
 * the layer of an overlay. Labels of SELinux belong to the place of a file, and EVM signs one inode.
 */
const NEVER = ['trusted.overlay.', 'user.overlay.', 'security.selinux', 'security.evm'];

/** Whether an attribute belongs to the content of a file. */
const isCopied = (name: string): boolean => !NEVER.some((prefix) => name.startsWith(prefix));

/** XATTR_LIST_MAX and XATTR_SIZE_MAX of xattr(7). */
const MOST_BYTES = 65_536;

const names = roomFor(MOST_BYTES);
const value = roomFor(MOST_BYTES);
const path = roomFor(32);

const ENODATA = errnoNumber('ENODATA');
const EOPNOTSUPP = errnoNumber('EOPNOTSUPP');

/** A file system without extended attributes has none, and takes none. */
const NONE = [EOPNOTSUPP];
const UNSUPPORTED = [EOPNOTSUPP];

/** The attribute was removed since the list was read. */
const GONE = [ENODATA];
