import { cString, fileCall } from '../../kernel/ffi/files.ts';

/**
 * Marks a directory that was created for a `cgroup_parent`. The mark lives as long as the directory, so that the last
 * project that uses it knows that it may be removed, whichever project has created it. Without CAP_SYS_ADMIN outside of
 * all user namespaces there is no mark (xattr(7)): then only the project that has created the directory removes it.
 */
export const markOwn = (directory: string): void => {
  const path = cString(directory);
  fileCall('setxattr', path.address, NAME.address, NAME.address, 1, 0);
};

/** Whether any project has created the directory for a `cgroup_parent`. */
export const isOwn = (directory: string): boolean => {
  const path = cString(directory);
  return fileCall('getxattr', path.address, NAME.address, 0, 0) >= 0;
};

const NAME = cString('trusted.tscompose');
