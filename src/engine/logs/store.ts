import { unlink } from 'node:fs';
import type { StreamName } from '../../api/frames.ts';
import { errnoNumber } from '../../kernel/program/errno.ts';
import { segmentFiles, segmentsOf } from './files.ts';
import type { LogLimits } from './limits.ts';
import { lastSegment, SegmentWriter } from './segment-writer.ts';
import { unlessFull } from './unless-full.ts';

/** Where a log is, and where it ends. */
export type LogPlace = {
  /** The path prefix of its files. */
  readonly path: string;
  readonly limits: LogLimits;
  /** Called before the files of the `removed` segments are removed; the log goes on in segment `next`. */
  readonly onRotation: (next: number, removed: readonly number[]) => void;
};

/**
 * A log, open for appending. Creating files on disk is the most expensive part of a start, and many services print
 * nothing, so the first output creates them.
 */
export class LogStore {
  readonly #place: LogPlace;
  readonly #beginsRun: boolean;
  #segment: SegmentWriter | undefined;
  /** Files that are being removed: a rotation may find those of earlier ones still there. */
  readonly #leaving = new Set<string>();

  /** `beginsRun`: a line that an earlier run has left unfinished ends, and does not go on with the output of this one. */
  constructor(place: LogPlace, beginsRun = false) {
    this.#place = place;
    this.#beginsRun = beginsRun;
  }

  /** Moves the content of a pipe, at most its capacity: the number of bytes, or undefined if the disk is full. */
  move(pipe: number, stream: StreamName): number | undefined {
    return unlessFull(() => {
      const segment = this.#current();
      const space = Math.max(PAGE, this.#place.limits.maxSize - segment.size);
      const count = segment.move(pipe, stream, Math.min(CHUNK, space));
      if (-count === errnoNumber('ENOSPC') || -count === errnoNumber('EDQUOT')) return undefined;
      return Math.max(0, count);
    });
  }

  /** Output is lost if the disk is full. */
  write(bytes: Uint8Array, stream: StreamName): void {
    unlessFull(() => this.#current().write(bytes, stream));
  }

  close(): void {
    this.#segment?.close();
  }

  #current(): SegmentWriter {
    const { path, limits } = this.#place;
    if (!this.#segment) {
      this.#segment = lastSegment(path);
      if (this.#beginsRun) this.#segment.endLines();
    }
    if (this.#segment.size >= limits.maxSize) this.#rotate(this.#segment);
    return this.#segment;
  }

  /** A line that is not finished goes on in the next segment, as a whole. */
  #rotate(old: SegmentWriter): void {
    const { path, limits, onRotation } = this.#place;
    const rests = old.rests();
    if (rests.reduce((sum, { bytes }) => sum + bytes.length, 0) === old.bytes) return;
    const next = new SegmentWriter(path, old.number + 1);
    const isMoved = unlessFull(() =>
      rests.every(({ stream, bytes, time }) => next.write(bytes, stream, time) === bytes.length),
    );
    const oldest = next.number - limits.maxFiles + 1;
    const removed = segmentsOf(path).filter((number) => number < oldest);
    onRotation(next.number, removed);
    if (isMoved) old.cut(rests);
    old.close();
    // Without space the line is divided: what is removed now makes room.
    if (!isMoved) next.remove();
    this.#segment = isMoved ? next : new SegmentWriter(path, next.number);
    for (const number of removed)
      for (const file of Object.values(segmentFiles(path, number))) this.#removeInBackground(file);
  }

  #removeInBackground(file: string): void {
    if (this.#leaving.has(file)) return;
    this.#leaving.add(file);
    unlink(file, () => this.#leaving.delete(file));
  }
}

const CHUNK = 1 << 20;
const PAGE = 4096;
