import { readSync } from 'node:fs';

/** The unfinished line at the end of a file; empty if it is longer than a megabyte: such a line is divided. */
export const unfinishedLine = (fd: number, end: number): Buffer => {
  let tail = NOTHING;
  while (tail.length < end && tail.length < LONGEST) {
    const length = Math.min(BLOCK, end - tail.length);
    const block = bytesAt(fd, end - tail.length - length, length);
    const found = block.lastIndexOf(LINE_BREAK);
    tail = Buffer.concat([block.subarray(found + 1), tail]);
    if (found >= 0) break;
  }
  return tail.length < LONGEST ? tail : NOTHING;
};

export const bytesAt = (fd: number, position: number, length: number): Buffer => {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, readSync(fd, bytes, 0, length, position));
};

const NOTHING: Buffer = Buffer.alloc(0);
const LINE_BREAK = 0x0a;
const BLOCK = 1 << 16;
const LONGEST = 1 << 20;
