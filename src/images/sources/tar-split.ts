import { closeSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { nameRoom } from '../../kernel/copy/name-room.ts';
import { openWithin } from '../../kernel/copy/open-within.ts';
import { flagBits } from '../../kernel/program/constants.ts';
import { gunzip } from '../codec/gunzip.ts';
import { damaged } from '../model/refusals.ts';
import { fileBytes } from './file-bytes.ts';

/**
 * A layer as Docker and Podman keep it: the headers of its archive (github.com/vbatts/tar-split), and its files. Both
 * together are the archive, byte for byte.
 */
export type SplitLayer = {
  /** `tar-split.json.gz` */
  readonly headers: string;
  readonly files: string;
};

/** Bytes of the archive. Only the headers are read. */
export const splitSize = async (layer: SplitLayer): Promise<number> => {
  let size = 0;
  for await (const entries of entriesOf(layer))
    for (const { type, payload, size: bytes = 0 } of entries)
      size += type === SEGMENT ? Buffer.byteLength(payload ?? '', 'base64') : bytes;
  return size;
};

/**
 * The archive, in large chunks: a layer has many small files. Its digest tells whether somebody changed the files since.
 * A chunk is overwritten when the next but one is asked for.
 */
export async function* splitBytes(layer: SplitLayer): AsyncGenerator<Buffer> {
  const root = openSync(layer.files, 'r');
  let [chunk, next] = [Buffer.allocUnsafe(CHUNK), Buffer.allocUnsafe(CHUNK)];
  let used = 0;
  try {
    for await (const entries of entriesOf(layer))
      for (const entry of entries.map(splitEntry)) {
        const part = entry.kind === 'bytes' ? partOfBytes(entry) : partOfFile(root, entry, layer);
        try {
          for (let at = 0; at < part.size; ) {
            const came = part.read(chunk.subarray(used, used + part.size - at), at);
            if (came === 0) break;
            at += came;
            used += came;
            if (used < CHUNK) continue;
            yield chunk;
            [chunk, next, used] = [next, chunk, 0];
          }
        } finally {
          part.close();
        }
      }
    if (used > 0) yield chunk.subarray(0, used);
  } finally {
    closeSync(root);
  }
}

/** What an archive is put together from. */
type Part = {
  readonly size: number;
  /** Fills the beginning of a buffer from a byte of the part on; the number of bytes, 0 at the end. */
  readonly read: (into: Buffer, at: number) => number;
  readonly close: () => void;
};

const partOfBytes = ({ bytes }: SplitBytes): Part => ({
  size: bytes.length,
  read: (into, at) => bytes.copy(into, 0, at),
  close: () => {},
});

/** The files are those of containers: no link among them leads out of the layer. */
const partOfFile = (root: number, { name, size }: SplitFile, layer: SplitLayer): Part => {
  if (size === 0) return partOfBytes({ kind: 'bytes', bytes: Buffer.alloc(0) });
  const fd = openWithin(root, room(name), FLAGS);
  if (fd < 0) throw damaged(layer.files, `the file ${name} of a layer is missing`);
  return {
    size,
    read: (into, at) => {
      try {
        return readSync(fd, into, 0, into.length, at);
      } catch (error) {
        throw damaged(layer.files, `the file ${name} of a layer cannot be read`, [['error', `${error}`]]);
      }
    },
    close: () => closeSync(fd),
  };
};

type SplitBytes = { readonly kind: 'bytes'; readonly bytes: Buffer };
type SplitFile = { readonly kind: 'file'; readonly name: string; readonly size: number };
type SplitEntry = SplitFile | SplitBytes;

/** Many at once, each a line of JSON. */
async function* entriesOf({ headers }: SplitLayer): AsyncGenerator<readonly WrittenEntry[]> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of gunzip(fileBytes(headers))) {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop()!;
    yield lines.map(parsed);
  }
  if (rest !== '') yield [parsed(rest)];
}

const parsed = (line: string): WrittenEntry => JSON.parse(line);

const splitEntry = ({ type, name, name_raw, size = 0, payload }: WrittenEntry): SplitEntry => {
  if (type === SEGMENT) return { kind: 'bytes', bytes: Buffer.from(payload ?? '', 'base64') };
  const bytes = Buffer.from(name_raw ?? name ?? '', name_raw ? 'base64' : 'utf8');
  return { kind: 'file', name: bytes.toString('latin1'), size };
};

type WrittenEntry = {
  readonly type: number;
  readonly name?: string;
  /** Of a name that is not UTF-8. */
  readonly name_raw?: string;
  readonly size?: number;
  readonly payload?: string | null;
};

const SEGMENT = 2;
/** A pipe in the place of a file keeps nobody waiting. */
const FLAGS = flagBits('O', 'O_RDONLY|O_NONBLOCK|O_CLOEXEC');
const room = nameRoom('openat2');
const CHUNK = 1 << 20;
