import koffi, { type LibraryHandle } from 'koffi';

/** A compressed stream that is being read by a library of the system. */
export type Decoder = {
  /**
   * Decompresses a part of `input`: how much of it was read, and what came out, valid until the next step. Nothing may
   * come out of a step that reads something, and the reverse; the input is used up when neither happens. Throws a
   * DecoderError.
   * @param isLast whether nothing comes after `input`
   */
  readonly step: (input: Buffer, isLast: boolean) => { readonly read: number; readonly output: Buffer };
  /** Throws a DecoderError if the stream may not end here. */
  readonly end: () => void;
  readonly close: () => void;
};

/** The stream is damaged, or needs more than is allowed. */
export class DecoderError extends Error {
  /** `ZSTD_…`, `LZMA_…` */
  readonly code: string;

  constructor(code: `ZSTD_${string}` | `LZMA_${string}`, message: string) {
    super(message);
    this.code = code;
  }
}

/** A library by its name for the dynamic linker; undefined if the machine does not have it. */
export const loadLibrary = (name: string): LibraryHandle | undefined => {
  try {
    return koffi.load(name);
  } catch {
    return undefined;
  }
};

/** The error of an end in the middle. */
export const UNEXPECTED_END = 'unexpected end of the stream';

/** Bytes that come out of one step at most. */
export const OUTPUT_BYTES: number = 1 << 20;
