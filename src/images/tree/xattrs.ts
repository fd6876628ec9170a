import type { TarEntry } from '../tar/entry.ts';

export type Xattrs = TarEntry['xattrs'];

/**
 * The extended attributes that a root file system takes from an archive, in the order of their names. Those of
 * overlayfs would hide or redirect what other layers have, and those that Linux does not know are left out as Docker
 * leaves them out.
 */
export const keptXattrs = (xattrs: Xattrs): Xattrs => {
  if (xattrs.length === 0) return xattrs;
  return xattrs
    .filter(([name]) => isKept(name))
    .sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));
};

/** @returns the end of a sentence about a file if no Linux has such attributes */
export const flawOfXattrs = (xattrs: Xattrs): string | undefined => {
  if (xattrs.length === 0) return undefined;
  if (xattrs.some(([name]) => name.length > LONGEST_NAME))
    return 'has an extended attribute with too long a name';
  const bytes = xattrs.reduce((sum, [name, value]) => sum + name.length + value.length + 8, 0);
  // xattr(7): XATTR_SIZE_MAX and XATTR_LIST_MAX.
  if (bytes > 65_536) return 'has more extended attributes than Linux takes';
  return undefined;
};

/**
 * Whether a file gets an attribute of its archive. Labels of SELinux belong to the place of a file on a machine, and EVM
 * signs one inode.
 */
export const isKept = (name: string): boolean => {
  if (/^(trusted|user)\.overlay\.|^security\.(selinux|evm)$/.test(name)) return false;
  if (name === 'system.posix_acl_access' || name === 'system.posix_acl_default') return true;
  return /^(user|trusted|security)\../.test(name);
};

const LONGEST_NAME = 255;
