import { constants, existsSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import type { StreamName } from '../../api/frames.ts';
import { entriesIfThere } from '../directories/read-if-there.ts';

/**
 * A segment of a container's log: the raw bytes of each stream, and an index of their times, which gives the order of
 * the two streams. The index may lag behind, because only the bytes must never be lost.
 */
export type LogFiles = Readonly<Record<StreamName | 'index', string>>;

/** The stream's bytes before `end` were written by `time` (milliseconds since the epoch). */
export type IndexEntry = { readonly time: number; readonly stream: StreamName; readonly end: number };

/**
 * Segments are numbered from 1 and never renamed, so a kill cannot leave half a rotation. Most logs have only the
 * first one, which needs no directory of its own.
 */
export const segmentFiles = (log: string, number: number): LogFiles => {
  const prefix = number === 1 ? log : `${furtherSegments(log)}/${number}`;
  return { stdout: `${prefix}.stdout`, stderr: `${prefix}.stderr`, index: `${prefix}.index` };
};

const furtherSegments = (log: string): string => `${log}.rotated`;

/** The numbers of the segments on disk, in ascending order. */
export const segmentsOf = (log: string): readonly number[] => {
  const first = Object.values(segmentFiles(log, 1)).some(existsSync) ? [1] : [];
  const further = entriesIfThere(furtherSegments(log)).map((name) => Number.parseInt(name, 10));
  return [...first, ...[...new Set(further)].toSorted((a, b) => a - b)];
};

/** All that a log may consist of. */
export const logPaths = (log: string): readonly string[] => [
  ...Object.values(segmentFiles(log, 1)),
  furtherSegments(log),
];

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
