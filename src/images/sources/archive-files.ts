import { posix } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { damaged } from '../model/refusals.ts';
import { TarParser } from '../tar/parser.ts';
import { fileBytes } from './file-bytes.ts';

/** The files of a tar archive on this machine, in place. */
export type ArchiveFiles = {
  readonly has: (path: string) => boolean;
  /** Bytes. */
  readonly size: (path: string) => number | undefined;
  /** The content of a small file; undefined if there is none. */
  readonly read: (path: string) => Promise<Buffer | undefined>;
  /** From a byte on. */
  readonly stream: (path: string, from: number) => AsyncIterable<Buffer>;
  /** Throws a Problem if there were more files than an archive of images has. */
  readonly assertAll: () => void;
};

/** Reads the headers of an archive that is not compressed. Its files are read when they are asked for. */
export const archiveFiles = async (archive: string, signal?: AbortSignal): Promise<ArchiveFiles> => {
  const found = new Map<string, Found>();
  let isLarge = false;
  const note = (name: string, one: Found): void => {
    if (found.size >= MOST) {
      isLarge = true;
      // Of a root directory nothing is looked for but these.
      if (!MARKS.includes(name)) return;
    }
    found.set(name, one);
  };
  const parser = new TarParser({
    entry: ({ path, type, at, size, link, data }) => {
      const name = plainPath(path);
      if (type === 'file' && !data) note(name, { at, size });
      // Old versions of Docker write a layer once, and links to it from the other images.
      if (type === 'symlink' || type === 'hardlink')
        note(name, { link: plainPath(type === 'symlink' ? beside(name, link) : link) });
    },
  });
  for await (const chunk of fileBytes(archive, 0, { signal })) parser.feed(chunk);
  parser.finish();
  const find = (path: string, depth = 0): Part | undefined => {
    const entry = found.get(path);
    if (!entry || 'at' in entry) return entry;
    return depth < DEEPEST ? find(entry.link, depth + 1) : undefined;
  };
  const bytesOf = ({ at, size }: Part, from = 0): AsyncIterable<Buffer> =>
    fileBytes(archive, at + from, { size: Math.max(0, size - from) });
  const stream = (path: string, from: number): AsyncIterable<Buffer> => {
    const part = find(path);
    if (!part) throw damaged(archive, `there is no ${path} in it`);
    return bytesOf(part, from);
  };
  return {
    has: (path) => find(path) !== undefined,
    size: (path) => find(path)?.size,
    read: async (path) => {
      const part = find(path);
      if (!part) return undefined;
      if (part.size > LARGEST) throw damaged(archive, `${path} in it has ${part.size} bytes`);
      return buffer(bytesOf(part));
    },
    stream,
    assertAll: () => {
      if (isLarge) throw damaged(archive, `an archive of images has fewer than ${MOST} files`);
    },
  };
};

type Part = { readonly at: number; readonly size: number };
type Found = Part | { readonly link: string };

/** The target of a symbolic link, from the top of the archive. */
const beside = (name: string, target: string): string =>
  `${target.startsWith('/') ? '' : posix.dirname(name)}/${target}`;

/** As it is looked for: `./a/../b` is `b`, and nothing is above the top. */
const plainPath = (path: string): string => posix.resolve('/', path.replace(/^\/+/, '')).slice(1);

/** The difference between archives of images and those of a root directory. */
const MARKS = ['index.json', 'manifest.json', 'oci-layout'];

/** Files and links of an archive of images: some for each layer of each image. */
const MOST = 100_000;
const DEEPEST = 8;
const LARGEST = 8 << 20;
