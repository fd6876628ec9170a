import { constants, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import type { StreamName } from '../../api/frames.ts';

/**
 * A container's log: the raw bytes of each stream, and an index of their times, which gives the order of the two
 * streams. The index may lag behind, because only the bytes must never be lost.
 */
export type LogFiles = Readonly<Record<StreamName | 'index', string>>;

/** The stream's bytes before `end` were written by `time` (milliseconds since the epoch). */
export type IndexEntry = { readonly time: number; readonly stream: StreamName; readonly end: number };

export const logFiles = (log: string): LogFiles => ({
  stdout: `${log}.stdout`,
  stderr: `${log}.stderr`,
  index: `${log}.index`,
});

export const STREAMS: readonly StreamName[] = ['stdout', 'stderr'];

export const ENTRY_BYTES = 24;

/** For appending; an incomplete entry after a crash is cut off, because entries are found by their number. */
export const openIndex = (files: LogFiles): number => {
  const index = openSync(files.index, constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND, 0o600);
  cutToEntries(index);
  return index;
};

/** Throws if the disk is full; no part of the entry is written then. */
export const appendIndex = (index: number, { time, stream, end }: IndexEntry): void => {
  const entry = new Uint8Array(Float64Array.of(time, STREAMS.indexOf(stream), end).buffer);
  if (writeSync(index, entry) < ENTRY_BYTES) cutToEntries(index);
};

const cutToEntries = (index: number): void => {
  const { size } = fstatSync(index);
  if (size % ENTRY_BYTES !== 0) ftruncateSync(index, size - (size % ENTRY_BYTES));
};

/** Decodes the entries of an index. */
export const entriesOf = (bytes: Buffer): readonly IndexEntry[] =>
  Array.from({ length: Math.floor(bytes.length / ENTRY_BYTES) }, (_, number) => {
    const at = number * ENTRY_BYTES;
    return {
      time: bytes.readDoubleLE(at),
      stream: STREAMS[bytes.readDoubleLE(at + 8)] ?? 'stdout',
      end: bytes.readDoubleLE(at + 16),
    };
  });
