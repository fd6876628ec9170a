import type { StreamName } from '../../api/frames.ts';
import { type IndexEntry, STREAMS } from './files.ts';
import { LINE_BREAK, type Position } from './position.ts';
import { BLOCK, type Segment } from './segment.ts';
import { LONGEST_PART, type Part, StreamReader } from './stream-reader.ts';

/** The kind of a part: raw bytes, a line or part of a long one, or several lines at once. */
export type Cut = 'pieces' | 'lines' | 'batches';

/**
 * Reads a segment from a position and, called again, its new output. It holds a block of the index and one of each stream,
 * whatever the size of the segment or of a line. `take` may return a promise that delays the next part.
 */
export class SegmentReader {
  readonly #log: Segment;
  readonly #cut: Cut;
  readonly #take: (part: Part) => Promise<void> | undefined;
  readonly #streams: Readonly<Record<StreamName, StreamReader>>;
  #entry: number;
  #skip: number;

  constructor(
    log: Segment,
    { entry, streams, skip }: Position,
    cut: Cut,
    take: (part: Part) => Promise<void> | undefined,
  ) {
    this.#log = log;
    this.#cut = cut;
    this.#take = take;
    this.#entry = entry;
    this.#skip = skip;
    this.#streams = {
      stdout: new StreamReader(log, 'stdout', streams.stdout),
      stderr: new StreamReader(log, 'stderr', streams.stderr),
    };
  }

  /** All output up to now without the unfinished line; less if `isOver` ends the read early. */
  async read(isOver: () => boolean): Promise<void> {
    const { entries: count, sizes, times } = this.#log.extent();
    while (this.#entry < count && !isOver()) {
      const entries = await this.#log.entries(this.#entry, Math.min(BLOCK, count - this.#entry));
      if (entries.length === 0) break;
      this.#entry += entries.length;
      for (const entry of this.#cut === 'lines' ? entries : joined(entries))
        await this.#advance(entry, sizes[entry.stream], isOver);
    }
    // Bytes stored after the last entry, when the keeper was killed, are older than the next entry.
    for (const stream of STREAMS)
      await this.#advance({ stream, time: times[stream], end: sizes[stream] }, sizes[stream], isOver);
    for (const stream of STREAMS) this.#streams[stream].letGo();
  }

  /** The last `count` unfinished lines. */
  async rest(count: number): Promise<void> {
    const begun = STREAMS.filter((stream) => this.#streams[stream].pending > 0);
    for (const stream of begun.slice(Math.max(0, begun.length - count))) {
      const reader = this.#streams[stream];
      const part = await reader.rest();
      reader.advance(reader.pending, reader.pending);
      reader.cutOff();
      await this.#take(part);
    }
  }

  /** For `LogReader.mark`. */
  get mark(): string {
    return [this.#skip, ...STREAMS.map((stream) => this.#streams[stream].mark)].join(':');
  }

  /** The position in the next segment, once all of this one is read and nothing is added to it any more. */
  async next(): Promise<Position> {
    const { sizes } = this.#log.extent();
    for (const stream of STREAMS) {
      const reader = this.#streams[stream];
      // The rest of a line that was too long to be moved into the next segment.
      if (reader.at >= sizes[stream] || reader.pending === 0) continue;
      if (this.#skip === 0) await this.#take(await reader.rest());
      reader.advance(reader.pending, reader.pending);
      reader.continueLine();
    }
    const [stdout, stderr] = STREAMS.map((stream) => this.#streams[stream].after(sizes[stream]));
    return { entry: 0, streams: { stdout: stdout!, stderr: stderr! }, skip: this.#skip };
  }

  async #advance({ stream, time, end }: IndexEntry, size: number, isOver: () => boolean): Promise<void> {
    const reader = this.#streams[stream];
    while (reader.scanned < Math.min(end, size) && !isOver()) {
      const bytes = reader.ahead(end) ?? (await reader.fill(end, size));
      // The file was truncated.
      if (bytes.length <= reader.pending) return;
      if (reader.endsCutOff(bytes[0])) {
        reader.advance(1, 1);
        continue;
      }
      if (this.#cut === 'pieces') {
        await this.#take({ stream, bytes, time, isFirst: true });
        reader.advance(bytes.length, bytes.length);
      } else await this.#lines(reader, bytes, time);
    }
  }

  /** `bytes` begin with the pending ones. */
  async #lines(reader: StreamReader, bytes: Buffer, time: number): Promise<void> {
    let taken = 0;
    let from = reader.pending;
    for (;;) {
      const isBatch = this.#cut === 'batches' && this.#skip === 0;
      const end = isBatch ? bytes.lastIndexOf(LINE_BREAK) : bytes.indexOf(LINE_BREAK, from);
      if (end < from) break;
      from = end + 1;
      const part = reader.part(bytes.subarray(taken, from), time);
      // Before the part is taken: the mark is behind it.
      reader.advance(from - taken, from - taken);
      reader.endLine();
      taken = from;
      if (this.#skip > 0) this.#skip--;
      else {
        const pause = this.#take(part);
        if (pause) await pause;
      }
    }
    const left = bytes.length - taken;
    if (left > 0) reader.beginLine(time);
    if (left < LONGEST_PART) return reader.advance(0, left);
    const part = reader.part(bytes.subarray(taken), time);
    reader.advance(left, left);
    reader.continueLine();
    if (this.#skip === 0) await this.#take(part);
  }
}

/** Without timestamps, consecutive pieces of one stream are merged. */
const joined = (entries: readonly IndexEntry[]): readonly IndexEntry[] =>
  entries.filter(({ stream }, index) => entries[index + 1]?.stream !== stream);
