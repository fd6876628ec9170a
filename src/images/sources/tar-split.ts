import { closeSync, createReadStream, openSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { flagBits } from '../../kernel/constants.ts';
import { nameRoom } from '../../kernel/copy/name-room.ts';
import { openWithin } from '../../kernel/copy/open-within.ts';
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
  for await (const entry of entriesOf(layer))
    size += entry.kind === 'bytes' ? entry.bytes.length : entry.size;
  return size;
};

/** The archive. Its digest tells whether somebody changed the files since. */
export async function* splitBytes(layer: SplitLayer): AsyncGenerator<Buffer> {
  const root = openSync(layer.files, 'r');
  try {
    for await (const entry of entriesOf(layer))
      if (entry.kind === 'bytes') yield entry.bytes;
      else if (entry.size > 0) yield* contentOf(root, entry, layer);
  } finally {
    closeSync(root);
  }
}

/** The files are those of containers: no link among them leads out of the layer. */
async function* contentOf(
  root: number,
  { name, size }: SplitFile,
  layer: SplitLayer,
): AsyncGenerator<Buffer> {
  const fd = openWithin(root, room(name), FLAGS);
  if (fd < 0) throw damaged(layer.files, `the file ${name} of a layer is missing`);
  yield* createReadStream('', { fd, start: 0, end: size - 1, highWaterMark: CHUNK });
}

type SplitFile = { readonly kind: 'file'; readonly name: string; readonly size: number };
type SplitEntry = SplitFile | { readonly kind: 'bytes'; readonly bytes: Buffer };

async function* entriesOf({ headers }: SplitLayer): AsyncGenerator<SplitEntry> {
  const plain = Readable.from(gunzip(fileBytes(headers)));
  try {
    for await (const line of createInterface({ input: plain })) yield entryOf(line);
  } finally {
    // The end of its lines is not that of a stream.
    plain.destroy();
  }
}

const entryOf = (line: string): SplitEntry => {
  const { type, name, name_raw, size = 0, payload } = JSON.parse(line) as WrittenEntry;
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
