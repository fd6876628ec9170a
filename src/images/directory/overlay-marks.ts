import { must, mustOr } from '../../kernel/copy/call.ts';
import { cString } from '../../kernel/ffi/files.ts';
import { errnoNumber } from '../../kernel/program/errno.ts';

/** Makes an open directory hide what the layers below have in it (overlayfs.rst, “whiteouts and opaque directories”). */
export const mark = (directory: number): void => {
  must('fsetxattr', directory, OPAQUE.address, YES.address, 1, 0);
  // For overlays that are mounted with userxattr; tmpfs has such attributes since 6.6.
  mustOr([EOPNOTSUPP], 'fsetxattr', directory, USER_OPAQUE.address, YES.address, 1, 0);
};

export const OPAQUE = cString('trusted.overlay.opaque');
const USER_OPAQUE = cString('user.overlay.opaque');
const YES = cString('y');
const EOPNOTSUPP = errnoNumber('EOPNOTSUPP');
