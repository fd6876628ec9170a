import type { StreamName } from '../../api/frames.ts';
import { LINE_BREAK, type StreamPosition } from './position.ts';
import type { Segment } from './segment.ts';

/** Some bytes of a stream. */
export type Part = {
  readonly stream: StreamName;
  readonly bytes: Buffer;
  /** The time of the line's first byte; for several lines, that of the first line. */
  readonly time: number;
  /** False for the continuation of a long line. */
  readonly isFirst: boolean;
  /** Not of the log. */
  readonly isNotice?: true;
};

/** The read position in one stream, and its unfinished line. */
export class StreamReader {
  readonly #log: Segment;
  readonly #stream: StreamName;
  /** The first byte that is not consumed. */
  #at: number;
  #lineTime: number | undefined;
  #isContinued: boolean;
  #isCutOff: boolean;
  #bytes: Buffer = Buffer.alloc(0);
  /** Their offset in the stream. */
  #start = 0;
  /** No line ends between the first unconsumed byte and this one. */
  scanned: number;

  constructor(
    log: Segment,
    stream: StreamName,
    { at, lineTime, scanned = at, isContinued = false, isCutOff = false }: StreamPosition,
  ) {
    this.#log = log;
    this.#stream = stream;
    this.#at = at;
    this.#lineTime = lineTime;
    this.#isContinued = isContinued;
    this.#isCutOff = isCutOff;
    this.scanned = scanned;
  }

  get at(): number {
    return this.#at;
  }

  /** The position in the next segment. Beyond the end of this one is what a rotation has moved there. */
  after(size: number): StreamPosition {
    const [at, scanned] = [Math.max(0, this.#at - size), Math.max(0, this.scanned - size)];
    return {
      at,
      scanned,
      lineTime: this.#lineTime,
      isContinued: this.#isContinued,
      isCutOff: this.#isCutOff,
    };
  }

  /** For `LogReader.mark`. */
  get mark(): string {
    return `${this.#at}${this.#isCutOff ? 'e' : this.#isContinued ? 'c' : ''}`;
  }

  get pending(): number {
    return this.scanned - this.#at;
  }

  /** The pending bytes, and further ones that are already read. */
  ahead(end: number): Buffer | undefined {
    const last = Math.min(end, this.scanned + LONGEST_PART) - this.#start;
    if (this.#at < this.#start || last > this.#bytes.length) return undefined;
    return this.#bytes.subarray(this.#at - this.#start, last);
  }

  async fill(end: number, size: number): Promise<Buffer> {
    this.#bytes = await this.#log.read(this.#stream, this.#at, Math.min(READ_AHEAD, size - this.#at));
    this.#start = this.#at;
    return this.ahead(end) ?? this.#bytes;
  }

  letGo(): void {
    this.#bytes = Buffer.alloc(0);
    this.#start = 0;
  }

  part(bytes: Buffer, time: number): Part {
    return { stream: this.#stream, bytes, time: this.#lineTime ?? time, isFirst: !this.#isContinued };
  }

  async rest(): Promise<Part> {
    return this.part(await this.#log.read(this.#stream, this.#at, this.pending), 0);
  }

  beginLine(time: number): void {
    this.#lineTime ??= time;
  }

  continueLine(): void {
    this.#isContinued = true;
  }

  endLine(): void {
    this.#lineTime = undefined;
    this.#isContinued = false;
  }

  /** The run has ended within the line. */
  cutOff(): void {
    this.endLine();
    this.#isCutOff = true;
  }

  /** Whether this is the line break of a line that was cut off, which is read already. Asked of each first byte. */
  endsCutOff(first: number | undefined): boolean {
    const isCutOff = this.#isCutOff;
    this.#isCutOff = false;
    return isCutOff && first === LINE_BREAK;
  }

  advance(taken: number, scanned: number): void {
    this.scanned = this.#at + scanned;
    this.#at += taken;
  }
}

/** Twice this length fits into a frame: a part can include pending bytes. */
export const LONGEST_PART = 30_000;

const READ_AHEAD = 1 << 17;
