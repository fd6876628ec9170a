import type { OpenLog } from './open-log.ts';
import type { Position } from './position.ts';
import { type Cut, SegmentReader } from './segment-reader.ts';
import type { Part } from './stream-reader.ts';

/** A read position in a log. */
export type LogPosition = Position & {
  /** The number of the segment. */
  readonly segment: number;
};

type Take = (part: Part) => Promise<void> | undefined;

/** Reads a log from a position on, one segment after the other, and, called again, its new output. */
export class LogReader {
  readonly #log: OpenLog;
  readonly #cut: Cut;
  readonly #take: Take;
  #number: number;
  #reader: SegmentReader;

  constructor(log: OpenLog, { segment, ...position }: LogPosition, cut: Cut, take: Take) {
    this.#log = log;
    this.#cut = cut;
    this.#take = take;
    this.#number = segment;
    this.#reader = this.#begin(position);
  }

  /** All output up to now without the unfinished line; less if `isOver` ends the read early. */
  async read(isOver: () => boolean): Promise<void> {
    for (;;) {
      // Asked before the read: nothing is added to a segment that has a successor.
      const next = this.#log.after(this.#number);
      await this.#reader.read(isOver);
      if (next === undefined || isOver()) return;
      const position = await this.#reader.next();
      const isGap = next > this.#number + 1;
      this.#number = next;
      this.#reader = this.#begin(position);
      if (isGap) await this.#take(gap());
    }
  }

  /** The position after all that was taken, for `logAfter`. */
  get mark(): string {
    return `${this.#number}:${this.#reader.mark}`;
  }

  /** The last `count` unfinished lines. */
  rest(count: number): Promise<void> {
    return this.#reader.rest(count);
  }

  #begin(position: Position): SegmentReader {
    this.#log.forgetBefore(this.#number);
    return new SegmentReader(this.#log.segment(this.#number), position, this.#cut, this.#take);
  }
}

const gap = (): Part => ({
  stream: 'stderr',
  bytes: Buffer.from('tscompose: output is missing here: it was printed much faster than it was read\n'),
  time: Date.now(),
  isFirst: true,
  isNotice: true,
});
