import { Problem } from '../../base/diagnostic.ts';
import { close, must } from '../../kernel/copy/call.ts';
import { DirectoryReader } from '../../kernel/copy/directory-reader.ts';
import { extendedAttributesOf, hasExtendedAttribute } from '../../kernel/copy/extended-attributes.ts';
import { PATH_MAX } from '../../kernel/copy/name-room.ts';
import { openDirectory } from '../../kernel/copy/open-directory.ts';
import { openEntry } from '../../kernel/copy/open-entry.ts';
import { DT_CHR, DT_DIR, DT_LNK, DT_REG, type Stat, statOf } from '../../kernel/copy/stat.ts';
import { cString, type Room, roomFor } from '../../kernel/ffi/files.ts';
import { majorOf, minorOf } from '../../kernel/program/device-number.ts';
import { OPAQUE } from '../directory/overlay-marks.ts';
import type { TarType } from '../tar/entry.ts';
import { END_OF_ARCHIVE, type NewTarEntry, paddingAfter, tarHeaders } from '../tar/writer.ts';

/** The entry of a tree in the archive. */
export type Reading = {
  /** Marks of overlayfs are not content, but whiteouts of an image: the tree is the upper directory of an overlay. */
  readonly isLayer?: boolean;
  /** Leaves entries out, by their paths and sizes. */
  readonly isLeftOut?: (path: string, size: number) => boolean;
};

/**
 * The bytes of an archive of an open directory: names in order, hard links, devices, extended attributes, and times to
 * the nanosecond. Sockets are left out, as in Docker, and holes are zeros, which every reader knows. The tree may change
 * meanwhile: what disappears is left out, and a file has the length that it had when its turn came. Throws a CallError.
 */
export function* treeArchive(top: number, reading: Reading = {}): Generator<Buffer> {
  const names = new Map<string, string>();
  const levels: Level[] = [{ fd: top, path: '', rest: entriesOf(top), identity: statOf(top).identity() }];
  try {
    for (let level = levels.at(-1); level; level = levels.at(-1)) {
      const next = level.rest.pop();
      if (!next) {
        leave(levels);
        continue;
      }
      const opened = openEntry(level.fd, next.name.address, next.type);
      if (!opened) continue;
      const { fd, stat } = opened;
      const path = level.path + nameOf(next.name);
      let isEntered = false;
      try {
        if (reading.isLeftOut?.(path, stat.size)) continue;
        yield* entry(fd, stat, path, names, reading);
        if (stat.type === DT_DIR) {
          isEntered = true;
          levels.push({ fd, path: `${path}/`, rest: entriesOf(fd), identity: stat.identity() });
          park(levels);
        }
      } finally {
        if (!isEntered) close(fd);
      }
    }
    yield END_OF_ARCHIVE;
  } finally {
    for (const { fd } of levels.slice(1)) if (fd >= 0) close(fd);
  }
}

type Level = {
  /** -1 while it is closed, because the walk is far below. */
  fd: number;
  /** Ends with a slash, but for the top. */
  readonly path: string;
  /** The last one is the next. */
  readonly rest: { readonly name: Room; readonly type: number }[];
  readonly identity: string;
};

/** In the reverse order of their bytes. */
const entriesOf = (directory: number): Level['rest'] => {
  const reader = new DirectoryReader();
  const entries: Level['rest'] = [];
  while (reader.advance(directory)) entries.push({ name: reader.keepName(), type: reader.type });
  return entries.sort((one, other) => Buffer.compare(other.name.bytes, one.name.bytes));
};

const nameOf = ({ bytes }: Room): string => bytes.toString('latin1', 0, bytes.length - 1);

/** Deep trees have more directories than a process has descriptors. */
const park = (levels: readonly Level[]): void => {
  const far = levels.at(-OPEN_LEVELS - 1);
  if (!far || far === levels[0]) return;
  close(far.fd);
  far.fd = -1;
};

const leave = (levels: Level[]): void => {
  const { fd } = levels.pop()!;
  const above = levels.at(-1);
  if (above?.fd === -1) {
    above.fd = openDirectory(fd, UP.address);
    if (statOf(above.fd).identity() !== above.identity) above.rest.length = 0;
  }
  if (above) close(fd);
};

function* entry(
  fd: number,
  stat: Stat,
  path: string,
  names: Map<string, string>,
  { isLayer = false }: Reading,
): Generator<Buffer> {
  const type = TYPES[stat.type];
  if (type === undefined) return;
  if (isLayer && stat.type === DT_CHR && stat.device === 0) return yield tarHeaders(whiteout(path, stat));
  if (isLayer && (stat.type === DT_DIR || stat.type === DT_REG)) refuseElsewhere(fd, path);
  const first = stat.links > 1 && stat.type !== DT_DIR ? stat.identity() : undefined;
  const known = first === undefined ? undefined : names.get(first);
  const plain = { ...common(stat), path };
  if (known !== undefined) return yield tarHeaders({ ...plain, type: 'hardlink', link: known });
  if (first !== undefined) names.set(first, path);
  const xattrs = extendedAttributesOf(fd);
  if (stat.type === DT_LNK) return yield tarHeaders({ ...plain, type, link: targetOf(fd), xattrs });
  const size = stat.type === DT_REG ? stat.size : 0;
  yield tarHeaders({ ...plain, type, size, xattrs });
  if (size > 0) yield* content(fd, size);
  if (isLayer && stat.type === DT_DIR && hasExtendedAttribute(fd, OPAQUE))
    yield tarHeaders({ ...common(stat), path: `${path}/.wh..wh..opq`, mode: 0o644, type: 'file' });
}

const whiteout = (path: string, stat: Stat): NewTarEntry => {
  const slash = path.lastIndexOf('/') + 1;
  return {
    ...common(stat),
    path: `${path.slice(0, slash)}.wh.${path.slice(slash)}`,
    mode: 0o644,
    type: 'file',
  };
};

const common = ({ permissions, uid, gid, times, device }: Stat): Omit<NewTarEntry, 'path' | 'type'> => ({
  ...{ mode: permissions, uid, gid, size: 0, link: '', xattrs: [] },
  // 64 bits of seconds, negative before 1970.
  mtime: times[4]! + (times[5]! | 0) * 2 ** 32,
  mtimeNanoseconds: times[6]!,
  major: majorOf(device),
  minor: minorOf(device),
});

/** Exactly so many bytes, whatever happens to the file meanwhile. */
function* content(fd: number, size: number): Generator<Buffer> {
  for (let left = size; left > 0; ) {
    const length = must('read', fd, room.address, Math.min(left, room.bytes.length));
    const piece =
      length > 0 ? Buffer.from(room.bytes.subarray(0, length)) : Buffer.alloc(Math.min(left, PIECE));
    left -= piece.length;
    yield piece;
  }
  yield paddingAfter(size);
}

const targetOf = (fd: number): string => {
  const length = must('readlinkat', fd, EMPTY.address, target.address, PATH_MAX);
  return target.bytes.toString('latin1', 0, length);
};

/** Throws a Problem for a directory or a file whose content overlayfs has elsewhere: `redirect_dir` and `metacopy`. */
const refuseElsewhere = (fd: number, path: string): void => {
  if (!ELSEWHERE.some((name) => hasExtendedAttribute(fd, name))) return;
  throw new Problem({
    severity: 'error',
    code: 'unsupported-image',
    message: `the content of /${path} lies in another layer, and no image can say that`,
    help: 'copy it to another name in the container; or load the module overlay with `redirect_dir=off metacopy=off`',
  });
};

const TYPES: Readonly<Record<number, TarType>> = {
  1: 'fifo',
  2: 'character',
  4: 'directory',
  6: 'block',
  8: 'file',
  10: 'symlink',
};

/** overlayfs.rst, “redirect_dir” and “metadata only copy up”. */
const ELSEWHERE = ['trusted.overlay.redirect', 'trusted.overlay.metacopy'].map(cString);

const OPEN_LEVELS = 64;
const UP = cString('..');
const EMPTY = cString('');
const PIECE = 1 << 20;
const room = roomFor(PIECE);
const target = roomFor(PATH_MAX);
