import { closeSync, readSync } from 'node:fs';
import { pipe } from '../../kernel/ffi/descriptors.ts';
import type { Readiness } from '../../kernel/ffi/readiness.ts';
import { pendingBytes } from '../../kernel/ffi/streams.ts';

/** The output of a check: the first bytes are kept, and the rest is read and discarded. */
export type Output = {
  /** The end of the pipe for the process, until `handOver`. */
  readonly writer: number;
  readonly handOver: () => void;
  /** Takes what is still in the pipe and closes it; the first 4096 bytes, with `...` if there were more. */
  readonly end: () => string;
};

export const openOutput = (readiness: Readiness): Output => {
  const [reader, writer] = pipe();
  const kept: Buffer[] = [];
  let room = KEPT;
  let isCut = false;
  let isHandedOver = false;
  // One read for each readable event: a check with endless output takes turns with everything else.
  const read = (): number => {
    const count = readSync(reader, chunk);
    if (room > 0) kept.push(Buffer.from(chunk.subarray(0, Math.min(count, room))));
    isCut ||= count > room;
    room = Math.max(0, room - count);
    return count;
  };
  readiness.watch(reader, () => {
    if (read() === 0) readiness.forget(reader);
  });
  const handOver = (): void => {
    if (!isHandedOver) closeSync(writer);
    isHandedOver = true;
  };
  return {
    writer,
    handOver,
    end: () => {
      handOver();
      readiness.forget(reader);
      // A process elsewhere may have opened the pipe and write for ever.
      for (let reads = 0; reads < MOST_READS && pendingBytes(reader) > 0; reads++) read();
      closeSync(reader);
      // A character that is cut in two is left out.
      const text = new TextDecoder().decode(Buffer.concat(kept), { stream: isCut });
      return isCut ? `${text}...` : text;
    },
  };
};

/** Bytes. */
const KEPT = 4096;

/** A pipe has a capacity of 64 KiB. */
const chunk = Buffer.alloc(1 << 16);
const MOST_READS = 2;
