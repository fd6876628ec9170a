import { type Decoder, DecoderError, loadLibrary, OUTPUT_BYTES, UNEXPECTED_END } from './decoder.ts';
import { roomFor } from './files.ts';
import { addressOf } from './libc.ts';

/** Opens decoders of liblzma for streams of xz; undefined if the machine does not have the library. */
export const xz = (): (() => Decoder) | undefined => {
  library ??= load();
  return library && open(library);
};

type Library = {
  readonly start: (stream: number, memory: number, flags: number) => number;
  readonly code: (stream: number, action: number) => number;
  readonly end: (stream: number) => void;
};

const load = (): Library | undefined => {
  const lzma = loadLibrary('liblzma.so.5');
  return (
    lzma && {
      start: lzma.func('int lzma_stream_decoder(int64 stream, uint64 memory, uint32 flags)'),
      code: lzma.func('int lzma_code(int64 stream, int action)'),
      end: lzma.func('void lzma_end(int64 stream)'),
    }
  );
};

const open =
  ({ start, code, end }: Library) =>
  (): Decoder => {
    const output = roomFor(OUTPUT_BYTES);
    const { bytes: stream, address } = roomFor(STREAM_BYTES);
    const put = (at: number, value: number): void => void stream.writeBigUInt64LE(BigInt(value), at);
    const get = (at: number): number => Number(stream.readBigUInt64LE(at));
    let result = start(address, MOST_MEMORY, CONCATENATED);
    const check = (): void => {
      if (result !== OK && result !== STREAM_END && result !== BUF_ERROR)
        throw new DecoderError('LZMA_DATA_ERROR', ERRORS[result] ?? `error ${result} of liblzma`);
    };
    check();
    return {
      step: (input, isLast) => {
        put(NEXT_IN, addressOf(input));
        put(AVAIL_IN, input.length);
        put(NEXT_OUT, output.address);
        put(AVAIL_OUT, OUTPUT_BYTES);
        result = code(address, isLast ? FINISH : RUN);
        check();
        return {
          read: input.length - get(AVAIL_IN),
          output: output.bytes.subarray(0, OUTPUT_BYTES - get(AVAIL_OUT)),
        };
      },
      end: () => {
        if (result !== STREAM_END) throw new DecoderError('LZMA_BUF_ERROR', UNEXPECTED_END);
      },
      close: () => end(address),
    };
  };

// struct lzma_stream, zero at first as in LZMA_STREAM_INIT
const NEXT_IN = 0;
const AVAIL_IN = 8;
const NEXT_OUT = 24;
const AVAIL_OUT = 32;
const STREAM_BYTES = 136;

/** `xz -9` needs 65 MiB. */
const MOST_MEMORY = 256 * 2 ** 20;
/** The next stream follows the first one, as for xz(1). */
const CONCATENATED = 8;

const [RUN, FINISH] = [0, 3];

// lzma_ret of lzma/base.h
const [OK, STREAM_END, BUF_ERROR] = [0, 1, 10];
const ERRORS: Readonly<Record<number, string>> = {
  5: 'no memory',
  6: 'more than 256 MiB of memory are needed',
  7: 'this is no stream of xz',
  8: 'a filter that liblzma does not have',
  9: 'the data is corrupt',
};

let library: Library | undefined;
