import { segmentFiles, segmentsOf } from './files.ts';
import { Segment } from './segment.ts';

/**
 * A log that is read. Its reader is told of rotations and removals before files are removed, and opens those that it
 * has not read yet, so that none is lost; but not without limit, because such files still take space.
 */
export class OpenLog {
  readonly #log: string;
  readonly #onClose: (log: OpenLog) => void;
  readonly #open = new Map<number, Segment>();
  #numbers: readonly number[];
  #isDetached = false;

  constructor(log: string, onClose: (log: OpenLog) => void = () => {}) {
    this.#log = log;
    this.#onClose = onClose;
    const found = segmentsOf(log);
    // The first output creates the files.
    this.#numbers = found.length > 0 ? found : [1];
  }

  /** In ascending order; at least one. */
  get numbers(): readonly number[] {
    return this.#numbers;
  }

  get last(): number {
    return this.#numbers.at(-1)!;
  }

  segment(number: number): Segment {
    const open = this.#open.get(number) ?? new Segment(segmentFiles(this.#log, number));
    this.#open.set(number, open);
    return open;
  }

  /** The number of the segment that follows; undefined after the last one. */
  after(number: number): number | undefined {
    return this.#numbers.find((one) => one > number);
  }

  /** The segments before this one are not read any more. */
  forgetBefore(number: number): void {
    this.#numbers = this.#numbers.filter((one) => one >= number);
    for (const [one, segment] of this.#open) {
      if (one >= number) continue;
      segment.close();
      this.#open.delete(one);
    }
  }

  /** The log goes on in segment `next`; `removed` are the segments whose files are about to be removed. */
  rotated(next: number, removed: readonly number[]): void {
    if (this.#isDetached) return;
    for (const number of removed) this.#hold(number);
    this.#numbers = [...this.#numbers, next];
  }

  /** The files are about to be removed or renamed; others may come to stand in their place. */
  detach(): void {
    if (this.#isDetached) return;
    for (const number of this.#numbers.toReversed()) this.#hold(number);
    for (const segment of this.#open.values()) segment.seal();
    this.#isDetached = true;
  }

  close(): void {
    for (const segment of this.#open.values()) segment.close();
    this.#open.clear();
    this.#onClose(this);
  }

  #hold(number: number): void {
    if (!this.#numbers.includes(number)) return;
    if (this.#open.has(number) || this.#open.size < MOST_HELD) this.segment(number).open();
    else this.#numbers = this.#numbers.filter((one) => one !== number);
  }
}

/** Segments that a slow reader holds: with the default limits 400 MB, four times as much as the log itself. */
const MOST_HELD = 20;
