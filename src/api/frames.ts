export type StreamName = 'stdout' | 'stderr';

/**
 * Docker's framing of two streams in one (Engine API, ContainerAttach): eight bytes before each piece, of which the
 * first is 1 for stdout and 2 for stderr, and the last four are the piece's length, big-endian.
 */
export const frame = (stream: StreamName, bytes: Uint8Array): Buffer => {
  const header = Buffer.alloc(8);
  header[0] = stream === 'stdout' ? 1 : 2;
  header.writeUInt32BE(bytes.length, 4);
  return Buffer.concat([header, bytes]);
};

/** Takes frames apart, however the bytes arrive. */
export class FrameReader {
  #pending: Buffer = Buffer.alloc(0);

  *read(chunk: Buffer): Generator<{ readonly stream: StreamName; readonly bytes: Buffer }> {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    while (this.#pending.length >= 8) {
      const end = 8 + this.#pending.readUInt32BE(4);
      if (this.#pending.length < end) return;
      yield { stream: this.#pending[0] === 2 ? 'stderr' : 'stdout', bytes: this.#pending.subarray(8, end) };
      this.#pending = this.#pending.subarray(end);
    }
  }
}
