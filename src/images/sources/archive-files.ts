import { createReadStream } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { damaged } from '../refusals.ts';
import { TarParser } from '../tar/parser.ts';

/** The files of a tar archive on this machine, in place. */
export type ArchiveFiles = {
  readonly has: (path: string) => boolean;
  /** Bytes. */
  readonly size: (path: string) => number | undefined;
  /** The content of a small file; undefined if there is none. */
  readonly read: (path: string) => Promise<Buffer | undefined>;
  /** From a byte on. */
  readonly stream: (path: string, from: number) => AsyncIterable<Buffer>;
};

/** Reads the headers of an archive that is not compressed. Its files are read when they are asked for. */
export const archiveFiles = async (archive: string): Promise<ArchiveFiles> => {
  const found = new Map<string, Found>();
  const parser = new TarParser({
    entry: ({ path, type, at, size, link, data }) => {
      const name = path.replace(/^(\.?\/)+/, '');
      if (type === 'file' && !data) found.set(name, { at, size });
      // Old versions of Docker write a layer once, and links to it from the other images.
      if (type === 'symlink' || type === 'hardlink')
        found.set(name, { link: type === 'symlink' ? beside(name, link) : link });
    },
  });
  for await (const chunk of createReadStream(archive, { highWaterMark: CHUNK })) parser.feed(chunk as Buffer);
  parser.finish();
  const find = (path: string, depth = 0): Part | undefined => {
    const entry = found.get(path);
    if (!entry || 'at' in entry) return entry;
    return depth < DEEPEST ? find(entry.link, depth + 1) : undefined;
  };
  const stream = (path: string, from: number): AsyncIterable<Buffer> => {
    const part = find(path);
    if (!part) throw damaged(archive, `there is no ${path} in it`);
    return bytesOf(archive, part.at + from, part.size - from);
  };
  return {
    has: (path) => find(path) !== undefined,
    size: (path) => find(path)?.size,
    read: async (path) => {
      const part = find(path);
      if (!part) return undefined;
      if (part.size > LARGEST) throw damaged(archive, `${path} in it has ${part.size} bytes`);
      return buffer(bytesOf(archive, part.at, part.size));
    },
    stream,
  };
};

type Part = { readonly at: number; readonly size: number };
type Found = Part | { readonly link: string };

/** An empty range is none for createReadStream. */
async function* bytesOf(archive: string, at: number, size: number): AsyncGenerator<Buffer> {
  if (size > 0) yield* createReadStream(archive, { start: at, end: at + size - 1, highWaterMark: CHUNK });
}

/** The target of a symbolic link, from the top of the archive. */
const beside = (name: string, target: string): string => new URL(target, `file:///${name}`).pathname.slice(1);

const CHUNK = 1 << 20;
const DEEPEST = 8;
const LARGEST = 8 << 20;
