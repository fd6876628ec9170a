import { Problem } from '../../base/diagnostic.ts';
import { gunzip } from './gunzip.ts';
import { decodeXz, decodeZstd } from './native.ts';

/**
 * Decompresses a stream, a stage of `pipeline`. Members that follow each other are one stream; anything else after the
 * last one is an error, and so is an end in the middle. Errors of the data have a code `Z_…`, `ZSTD_…` or `LZMA_…`.
 */
export type Decompressor = (chunks: AsyncIterable<Buffer>) => AsyncGenerator<Buffer>;

/**
 * The decompressor for what begins with these bytes, whatever its media type says; undefined if it is not compressed.
 * Throws a Problem for a format that this machine cannot read.
 * @param what for the message: `the layer sha256:…`
 */
export const decompressorFor = (head: Buffer, what: string): Decompressor | undefined => {
  const format = FORMATS.find(({ begins }) => begins(head));
  if (!format) return undefined;
  const { name, open, help } = format;
  const decompressor = open?.();
  if (!decompressor)
    throw new Problem({
      severity: 'error',
      code: 'unsupported-image',
      message: `${what} is compressed with ${name}, which this machine cannot read`,
      ...(help && { help }),
    });
  return decompressor;
};

/** Bytes that `decompressorFor` needs. */
export const HEAD = 10;

type Format = {
  readonly name: string;
  readonly begins: (head: Buffer) => boolean;
  /** Undefined if the library is not there. */
  readonly open?: () => Decompressor | undefined;
  /** Where it cannot be opened. */
  readonly help?: string;
};

const magic =
  (...bytes: readonly number[]) =>
  (head: Buffer): boolean =>
    head.subarray(0, bytes.length).equals(Buffer.from(bytes));

// RFC 1952, RFC 8878, and the .xz file format 1.2
const FORMATS: readonly Format[] = [
  { name: 'gzip', begins: magic(0x1f, 0x8b), open: () => gunzip },
  {
    name: 'zstd',
    begins: magic(0x28, 0xb5, 0x2f, 0xfd),
    open: decodeZstd,
    help: 'install `libzstd.so.1` (Debian: libzstd1)',
  },
  {
    name: 'xz',
    begins: magic(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00),
    open: decodeXz,
    help: 'install `liblzma.so.5` (Debian: liblzma5), or run `unxz` on the file first',
  },
  {
    name: 'bzip2',
    // The name of a plain archive's first file may begin with BZh9: the number of a block decides, which is π.
    begins: (head) => /^BZh[1-9]1AY&SY/.test(head.toString('latin1')),
    help: 'run `bunzip2` on the file first',
  },
];
