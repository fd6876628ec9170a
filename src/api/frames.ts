export type StreamName = 'stdout' | 'stderr';

/** `mark`: the position in a log after the frames before this one, for a client that has asked for it. */
export type FrameName = StreamName | 'mark';

/**
 * Docker's framing of two streams in one (Engine API, ContainerAttach): a header of eight bytes before each piece. Its
 * first byte is 1 for stdout, 2 for stderr and, in none of Docker's, 4 for a mark; its last four bytes are the piece's length, big-endian.
 */
export const frame = (stream: StreamName, bytes: Uint8Array): Buffer => {
  const whole = Buffer.allocUnsafe(HEADER + bytes.length);
  writeHeader(whole, 0, stream, bytes.length);
  whole.set(bytes, HEADER);
  return whole;
};

/** Writes the header of a frame with `length` bytes of a stream. */
export const writeHeader = (target: Buffer, at: number, name: FrameName, length: number): void => {
  target.writeUInt32BE(FIRST_BYTE[name] << 24, at);
  target.writeUInt32BE(length, at + 4);
};

const FIRST_BYTE = { stdout: 1, stderr: 2, mark: 4 } as const satisfies Readonly<Record<FrameName, number>>;

export const HEADER = 8;

/** The longest frame of a log that the supervisor sends, header included. */
export const LONGEST_FRAME = 1 << 16;

/** Reads frames from chunks of any size; each byte is copied twice at most. */
export class FrameReader {
  #parts: Buffer[] = [];
  #length = 0;
  /** Fewer bytes than these contain no complete frame. */
  #wanted = HEADER;

  *read(chunk: Buffer): Generator<{ readonly stream: FrameName; readonly bytes: Buffer }> {
    this.#parts.push(chunk);
    this.#length += chunk.length;
    if (this.#length < this.#wanted) return;
    const all = this.#parts.length === 1 ? chunk : Buffer.concat(this.#parts);
    let at = 0;
    let end = endOfFrame(all, at);
    for (; end <= all.length; end = endOfFrame(all, at)) {
      yield { stream: nameOf(all[at]), bytes: all.subarray(at + HEADER, end) };
      at = end;
    }
    this.#parts = at === all.length ? [] : [all.subarray(at)];
    this.#length = all.length - at;
    this.#wanted = end - at;
  }
}

const nameOf = (first: number | undefined): FrameName =>
  first === FIRST_BYTE.stderr ? 'stderr' : first === FIRST_BYTE.mark ? 'mark' : 'stdout';

/** End of the frame that begins at `at`, or of its header if that is incomplete. */
const endOfFrame = (bytes: Buffer, at: number): number =>
  bytes.length < at + HEADER ? at + HEADER : at + HEADER + bytes.readUInt32BE(at + 4);
