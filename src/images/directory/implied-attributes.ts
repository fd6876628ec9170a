import { close } from '../../kernel/copy/call.ts';
import { extendedAttributesOf } from '../../kernel/copy/extended-attributes.ts';
import { DT_DIR, statOf } from '../../kernel/copy/stat.ts';
import type { Attributes } from './attributes.ts';
import type { Names } from './directories.ts';
import { findBelow } from './lower-layers.ts';

/**
 * The attributes of a directory that the archive only goes through: those of the layers below, because overlayfs shows
 * the attributes of the uppermost one.
 */
export const impliedAttributes = (below: readonly number[], names: Names): Attributes => {
  const fd = findBelow(below, names);
  if (fd === undefined) return NEW_DIRECTORY;
  try {
    const { type, permissions, uid, gid, times } = statOf(fd);
    if (type !== DT_DIR) return NEW_DIRECTORY;
    const seconds = new DataView(times.buffer).getBigInt64(16, true);
    return {
      ...{ mode: permissions, uid, gid, xattrs: extendedAttributesOf(fd) },
      ...{ mtime: Number(seconds), mtimeNanoseconds: times[6]! },
    };
  } finally {
    close(fd);
  }
};

/** Of a directory that no layer describes. */
export const NEW_DIRECTORY: Attributes = {
  mode: 0o755,
  uid: 0,
  gid: 0,
  mtime: 0,
  mtimeNanoseconds: 0,
  xattrs: [],
};
