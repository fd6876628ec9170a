import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  ftruncateSync,
  openSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import type { StreamName } from '../../api/frames.ts';
import { splice } from '../../kernel/ffi/streams.ts';
import { inDirectory } from '../../kernel/make-directories.ts';
import {
  appendIndex,
  ENTRY_BYTES,
  type LogFiles,
  openIndex,
  STREAMS,
  segmentFiles,
  segmentsOf,
} from './files.ts';
import { bytesAt, unfinishedLine } from './unfinished.ts';
import { unlessFull } from './unless-full.ts';

/** The unfinished line of a stream, and when its last byte was written. */
export type Rest = { readonly stream: StreamName; readonly bytes: Buffer; readonly time: number };

/** A segment of a log, open for appending. Its files are created when something is written. */
export class SegmentWriter {
  readonly number: number;
  readonly #files: LogFiles;
  readonly #streams = new Map<StreamName, { readonly fd: number; end: number }>();
  #index: number | undefined;
  #indexBytes: number;

  constructor(log: string, number: number) {
    this.number = number;
    this.#files = segmentFiles(log, number);
    this.#indexBytes = statSync(this.#files.index, { throwIfNoEntry: false })?.size ?? 0;
    for (const stream of STREAMS) if (existsSync(this.#files[stream])) this.#stream(stream);
  }

  /** Bytes of both streams. */
  get bytes(): number {
    return [...this.#streams.values()].reduce((sum, { end }) => sum + end, 0);
  }

  /** Bytes on disk. */
  get size(): number {
    return this.bytes + this.#indexBytes;
  }

  /** Moves at most `length` bytes out of a pipe: their number, or -errno. */
  move(pipe: number, stream: StreamName, length: number): number {
    const { fd, end } = this.#stream(stream);
    const count = splice(pipe, fd, end, length);
    this.#grow(stream, count, Date.now());
    return count;
  }

  /** Returns the number of bytes; fewer if the disk is full. */
  write(bytes: Uint8Array, stream: StreamName, time = Date.now()): number {
    const { fd, end } = this.#stream(stream);
    const count = writeSync(fd, bytes, 0, bytes.length, end);
    this.#grow(stream, count, time);
    return count;
  }

  /** The unfinished lines. */
  rests(): readonly Rest[] {
    return [...this.#streams].flatMap(([stream, { fd, end }]) => {
      const bytes = unfinishedLine(fd, end);
      return bytes.length === 0 ? [] : [{ stream, bytes, time: fstatSync(fd).mtimeMs }];
    });
  }

  /** Ends the unfinished lines, at the time of their last byte: who has read them does not read on from there. */
  endLines(): void {
    const rests = this.rests();
    const time = Math.max(...rests.map((rest) => rest.time));
    for (const { stream } of rests) this.write(LINE_END, stream, time);
  }

  /** Ends without these lines. */
  cut(rests: readonly Rest[]): void {
    for (const { stream, bytes } of rests) {
      const log = this.#stream(stream);
      log.end -= bytes.length;
      ftruncateSync(log.fd, log.end);
    }
  }

  /** Whether a stream begins with these bytes. */
  beginsWith({ stream, bytes }: Rest): boolean {
    return this.#streams.has(stream) && bytesAt(this.#stream(stream).fd, 0, bytes.length).equals(bytes);
  }

  close(): void {
    for (const { fd } of this.#streams.values()) closeSync(fd);
    if (this.#index !== undefined) closeSync(this.#index);
  }

  remove(): void {
    this.close();
    for (const file of Object.values(this.#files)) rmSync(file, { force: true });
  }

  #grow(stream: StreamName, count: number, time: number): void {
    if (count <= 0) return;
    const log = this.#stream(stream);
    log.end += count;
    // Without its own entry it counts with the next output.
    unlessFull(() => {
      this.#index ??= openIndex(this.#files);
      appendIndex(this.#index, { time, stream, end: log.end });
      this.#indexBytes += ENTRY_BYTES;
    });
  }

  // splice(2) refuses a file opened with O_APPEND, so the position is kept here.
  #stream(stream: StreamName): { readonly fd: number; end: number } {
    const known = this.#streams.get(stream);
    if (known) return known;
    const path = this.#files[stream];
    const fd = inDirectory(path, () => openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600));
    const log = { fd, end: fstatSync(fd).size };
    this.#streams.set(stream, log);
    return log;
  }
}

const LINE_END = Buffer.from('\n');

/** The segment that the last keeper wrote, or the first one; a rotation that a kill has interrupted is completed. */
export const lastSegment = (log: string): SegmentWriter => {
  const [number = 1, before] = segmentsOf(log).toReversed();
  const last = new SegmentWriter(log, number);
  if (before === undefined) return last;
  const old = new SegmentWriter(log, before);
  old.cut(old.rests().filter((rest) => last.beginsWith(rest)));
  old.close();
  return last;
};
