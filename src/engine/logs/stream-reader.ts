import type { StreamName } from '../../api/frames.ts';
import type { OpenLog } from './open-log.ts';
import type { StreamPosition } from './position.ts';

/** Some bytes of a stream. */
export type Part = {
  readonly stream: StreamName;
  readonly bytes: Buffer;
  /** When the line began, of several lines the first. */
  readonly time: number;
  /** False for the further parts of a long line. */
  readonly isFirst: boolean;
};

/** Where one stream is read, and the line that this is in the middle of. */
export class StreamReader {
  readonly #log: OpenLog;
  readonly #stream: StreamName;
  /** The first byte that nobody has taken. */
  #at: number;
  #lineTime: number | undefined;
  #isContinued = false;
  #bytes: Buffer = Buffer.alloc(0);
  /** Where in the stream these begin. */
  #start = 0;
  /** No line ends between the first byte that nobody has taken and this one. */
  scanned: number;

  constructor(log: OpenLog, stream: StreamName, { at, lineTime }: StreamPosition) {
    this.#log = log;
    this.#stream = stream;
    this.#at = at;
    this.#lineTime = lineTime;
    this.scanned = at;
  }

  get pending(): number {
    return this.scanned - this.#at;
  }

  /** What is pending and some bytes more, if they have been read already. */
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

  advance(taken: number, scanned: number): void {
    this.scanned = this.#at + scanned;
    this.#at += taken;
  }
}

/** With what is pending it fits into a frame twice. */
export const LONGEST_PART = 30_000;

const READ_AHEAD = 1 << 17;
