import { closeSync, constants, existsSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import type { StreamName } from '../../api/frames.ts';

/**
 * A container's log: the raw bytes of each stream, and beside them an index of when they came, which gives the
 * order of the two streams. The index may lag behind, for only the bytes must never be lost.
 */
export type LogFiles = Readonly<Record<StreamName | 'index', string>>;

/** Up to `end`, the stream's bytes had come by `time` (milliseconds since the epoch). */
export type IndexEntry = { readonly time: number; readonly stream: StreamName; readonly end: number };

export const logFiles = (log: string): LogFiles => ({
  stdout: `${log}.stdout`,
  stderr: `${log}.stderr`,
  index: `${log}.index`,
});

const ENTRY_BYTES = 24;
const STREAMS: readonly StreamName[] = ['stdout', 'stderr'];

export const openIndex = (files: LogFiles): number =>
  openSync(files.index, constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND, 0o600);

export const appendIndex = (index: number, { time, stream, end }: IndexEntry): void => {
  const entry = Float64Array.of(time, STREAMS.indexOf(stream), end);
  writeSync(index, new Uint8Array(entry.buffer));
};

/** The entries from number `first` on. */
export const readIndex = (files: LogFiles, first: number): readonly IndexEntry[] => {
  if (!existsSync(files.index)) return [];
  const bytes = readRange(files.index, first * ENTRY_BYTES, statSync(files.index).size);
  const entries: IndexEntry[] = [];
  for (let at = 0; at + ENTRY_BYTES <= bytes.length; at += ENTRY_BYTES) {
    const stream = STREAMS[bytes.readDoubleLE(at + 8)] ?? 'stdout';
    entries.push({ time: bytes.readDoubleLE(at), stream, end: bytes.readDoubleLE(at + 16) });
  }
  return entries;
};

/** The bytes from `start` to `end`, or as many as there are. */
export const readRange = (path: string, start: number, end: number): Buffer => {
  const fd = openSync(path, 'r');
  try {
    const bytes = Buffer.allocUnsafe(Math.max(0, end - start));
    let read = 0;
    while (read < bytes.length) {
      const count = readSync(fd, bytes, read, bytes.length - read, start + read);
      if (count === 0) break;
      read += count;
    }
    return bytes.subarray(0, read);
  } finally {
    closeSync(fd);
  }
};
