/** Over TCP the length of each message comes first, RFC 1035 section 4.2.2. */
export const framed = (message: Buffer): Buffer => {
  const bytes = Buffer.allocUnsafe(2 + message.length);
  bytes.writeUInt16BE(message.length);
  message.copy(bytes, 2);
  return bytes;
};

/** The messages of a stream; ends at one that is longer than `most` bytes. */
export async function* messagesOf(chunks: AsyncIterable<Buffer>, most: number): AsyncGenerator<Buffer, void> {
  let pending: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    while (pending.length >= 2) {
      const length = pending.readUInt16BE();
      if (length > most) return;
      if (pending.length < 2 + length) break;
      yield pending.subarray(2, 2 + length);
      pending = pending.subarray(2 + length);
    }
  }
}
