import type { StreamName } from '../../api/frames.ts';
import { type IndexEntry, STREAMS } from './files.ts';
import { BLOCK, type Extent, type Segment } from './segment.ts';

/** A read position in a segment. */
export type Position = {
  /** The next index entry. */
  readonly entry: number;
  readonly streams: Readonly<Record<StreamName, StreamPosition>>;
  /** Complete lines to skip before the first one. */
  readonly skip: number;
};

export type StreamPosition = {
  /** The first byte to read: the start of the unfinished line, or of the next piece. */
  readonly at: number;
  /** The time of that line; undefined if no line has begun. */
  readonly lineTime: number | undefined;
  /** No line ends before this byte; missing if nothing after `at` was read. */
  readonly scanned?: number;
  /** The line began before `at`. */
  readonly isContinued?: boolean;
  /** The run ended within the line, which has been read: a line break at `at` is that of the next run, and no line. */
  readonly isCutOff?: boolean;
};

const ORIGIN: StreamPosition = { at: 0, lineTime: undefined };

export const BEGINNING: Position = { entry: 0, streams: { stdout: ORIGIN, stderr: ORIGIN }, skip: 0 };

export const endOf = ({ entries, sizes }: Extent): Position => ({
  entry: entries,
  streams: {
    stdout: { at: sizes.stdout, lineTime: undefined },
    stderr: { at: sizes.stderr, lineTime: undefined },
  },
  skip: 0,
});

/** Before the first piece at `time` or later, found by binary search; the rest of an older line counts as older. */
export const positionSince = async (log: Segment, extent: Extent, time: number): Promise<Position> => {
  let [low, high] = [0, extent.entries];
  while (low < high) {
    const middle = (low + high) >> 1;
    const [entry] = await log.entries(middle, 1);
    if (entry && entry.time < time) low = middle + 1;
    else high = middle;
  }
  const after = async (stream: StreamName): Promise<StreamPosition> => {
    const at = await endBefore(log, extent, low, stream);
    const [last = LINE_BREAK] = await log.read(stream, at - 1, at > 0 ? 1 : 0);
    return { at, lineTime: last === LINE_BREAK ? undefined : Number.NEGATIVE_INFINITY };
  };
  return { entry: low, streams: { stdout: await after('stdout'), stderr: await after('stderr') }, skip: 0 };
};

/**
 * Before the last `count` complete lines, in the order of their completion, and the number of complete lines after it.
 * Reads backwards from the end, only as far as needed.
 */
export const positionOfTail = async (
  log: Segment,
  extent: Extent,
  count: number,
): Promise<{ readonly position: Position; readonly lines: number }> => {
  let lines = 0;
  let entry = extent.entries + STREAMS.length;
  if (count > 0)
    for await (const { first, stream, start, end } of runsBackwards(log, extent)) {
      lines += await countLines(log, stream, start, end);
      entry = first;
      if (lines >= count) break;
    }
  const before = (stream: StreamName) => lineBefore(log, extent, entry, stream);
  const position = {
    entry: Math.min(entry, extent.entries),
    streams: { stdout: await before('stdout'), stderr: await before('stderr') },
    skip: Math.max(0, lines - count),
  };
  return { position, lines };
};

/** The number of streams that end in an unfinished line. */
export const countUnended = async (log: Segment, { sizes }: Extent): Promise<number> => {
  let count = 0;
  for (const stream of STREAMS) {
    const [last = LINE_BREAK] = await log.read(stream, sizes[stream] - 1, Math.min(1, sizes[stream]));
    if (last !== LINE_BREAK) count++;
  }
  return count;
};

/** The unfinished line before an entry. */
const lineBefore = async (
  log: Segment,
  extent: Extent,
  entry: number,
  stream: StreamName,
): Promise<StreamPosition> => {
  const end = await endBefore(log, extent, entry, stream);
  const at = await startOfLine(log, stream, end);
  if (at === end) return { at, lineTime: undefined };
  let lineTime = extent.times[stream];
  for await (const [, entries] of blocksBackwards(log, Math.min(entry, extent.entries)))
    for (const one of entries.toReversed()) {
      if (one.stream !== stream) continue;
      // The piece after this one has the first byte of the line.
      if (one.end <= at) return { at, lineTime };
      lineTime = one.time;
    }
  return { at, lineTime };
};

type Run = {
  readonly first: number;
  readonly stream: StreamName;
  readonly start: number;
  readonly end: number;
};

/** Consecutive pieces of one stream, a chunk at a time, last first. */
async function* runsBackwards(log: Segment, extent: Extent): AsyncGenerator<Run> {
  for (const [index, stream] of [...STREAMS.entries()].toReversed()) {
    const start = await endBefore(log, extent, extent.entries, stream);
    yield { first: extent.entries + index, stream, start, end: extent.sizes[stream] };
  }
  for await (const [number, entries] of blocksBackwards(log, extent.entries))
    for (let last = entries.length - 1; last >= 0; ) {
      const { stream, end } = entries[last]!;
      const isOfRun = (entry: IndexEntry | undefined): boolean =>
        entry?.stream === stream && end - entry.end < CHUNK;
      let first = last;
      while (isOfRun(entries[first - 1])) first--;
      const before = entries.slice(0, first).findLast((entry) => entry.stream === stream);
      const start = before?.end ?? (await endBefore(log, extent, number, stream));
      yield { first: number + first, stream, start, end };
      last = first - 1;
    }
}

/** Blocks of entries before number `end`, last first, each with the number of its first entry. */
async function* blocksBackwards(
  log: Segment,
  end: number,
): AsyncGenerator<readonly [first: number, entries: readonly IndexEntry[]]> {
  for (let [last, size] = [end, 8]; last > 0; size = Math.min(BLOCK, size * 8)) {
    const first = Math.max(0, last - size);
    yield [first, await log.entries(first, last - first)];
    last = first;
  }
}

/** The offset in a stream before an entry. */
const endBefore = async (
  log: Segment,
  extent: Extent,
  entry: number,
  stream: StreamName,
): Promise<number> => {
  if (extent.sizes[stream] === 0) return 0;
  if (entry > extent.entries + STREAMS.indexOf(stream)) return extent.sizes[stream];
  for await (const [, entries] of blocksBackwards(log, Math.min(entry, extent.entries))) {
    const found = entries.findLast((one) => one.stream === stream);
    // A rotation has moved what is beyond the end into the next segment.
    if (found) return Math.min(found.end, extent.sizes[stream]);
  }
  return 0;
};

const countLines = async (log: Segment, stream: StreamName, start: number, end: number): Promise<number> => {
  let lines = 0;
  for (let at = start; at < end; ) {
    const bytes = await log.read(stream, at, Math.min(CHUNK, end - at));
    if (bytes.length === 0) break;
    for (let found = bytes.indexOf(LINE_BREAK); found >= 0; found = bytes.indexOf(LINE_BREAK, found + 1))
      lines++;
    at += bytes.length;
  }
  return lines;
};

/** The offset after the last line break before `end`. */
const startOfLine = async (log: Segment, stream: StreamName, end: number): Promise<number> => {
  for (let last = end; last > 0; ) {
    const first = Math.max(0, last - CHUNK);
    const found = (await log.read(stream, first, last - first)).lastIndexOf(LINE_BREAK);
    if (found >= 0) return first + found + 1;
    last = first;
  }
  return 0;
};

export const LINE_BREAK = 0x0a;

const CHUNK = 1 << 16;
