import { type Decoder, DecoderError, loadLibrary, OUTPUT_BYTES, UNEXPECTED_END } from './decoder.ts';
import { roomFor } from './files.ts';
import { addressOf } from './libc.ts';

/** Opens decoders of libzstd; undefined if the machine does not have the library. */
export const zstd = (): (() => Decoder) | undefined => {
  library ??= load();
  return library && open(library);
};

type Library = {
  readonly create: () => number;
  readonly decompress: (stream: number, output: number, input: number) => number;
  readonly isError: (result: number) => number;
  readonly errorName: (result: number) => string;
  readonly free: (stream: number) => number;
};

const load = (): Library | undefined => {
  const found = loadLibrary('libzstd.so.1');
  return (
    found && {
      create: found.func('int64 ZSTD_createDStream()'),
      decompress: found.func('size_t ZSTD_decompressStream(int64 stream, int64 output, int64 input)'),
      isError: found.func('unsigned int ZSTD_isError(size_t result)'),
      errorName: found.func('const char *ZSTD_getErrorName(size_t result)'),
      free: found.func('size_t ZSTD_freeDStream(int64 stream)'),
    }
  );
};

// The library refuses windows above 128 MiB, so memory is bounded. Its streams begin initialised.
const open =
  ({ create, decompress, isError, errorName, free }: Library) =>
  (): Decoder => {
    const stream = create();
    const output = roomFor(OUTPUT_BYTES);
    const buffers = roomFor(BUFFERS_BYTES);
    let left = 0;
    return {
      step: (input) => {
        // The library would begin another frame.
        if (left === 0 && input.length === 0) return { read: 0, output: NOTHING };
        writeBuffer(buffers.bytes, OUTPUT, output.address, OUTPUT_BYTES);
        writeBuffer(buffers.bytes, INPUT, addressOf(input), input.length);
        left = decompress(stream, buffers.address + OUTPUT, buffers.address + INPUT);
        if (isError(left)) throw new DecoderError('ZSTD_DATA_ERROR', errorName(left));
        return {
          read: Number(buffers.bytes.readBigUInt64LE(INPUT + POSITION)),
          output: output.bytes.subarray(0, Number(buffers.bytes.readBigUInt64LE(OUTPUT + POSITION))),
        };
      },
      // zstd.h: 0 when a frame is completely decoded and flushed.
      end: () => {
        if (left !== 0) throw new DecoderError('ZSTD_BUF_ERROR', UNEXPECTED_END);
      },
      close: () => void free(stream),
    };
  };

/** ZSTD_inBuffer and ZSTD_outBuffer: address, size, position. */
const writeBuffer = (bytes: Buffer, at: number, address: number, size: number): void => {
  bytes.writeBigUInt64LE(BigInt(address), at);
  bytes.writeBigUInt64LE(BigInt(size), at + 8);
  bytes.writeBigUInt64LE(0n, at + POSITION);
};

const POSITION = 16;
const OUTPUT = 0;
const INPUT = 64;
const BUFFERS_BYTES = 128;

const NOTHING = Buffer.alloc(0);

let library: Library | undefined;
