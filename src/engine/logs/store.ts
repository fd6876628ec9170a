import { closeSync, constants, fstatSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { StreamName } from '../../api/frames.ts';
import { errnoNumber } from '../../kernel/errno.ts';
import { splice } from '../../kernel/ffi/streams.ts';
import { appendIndex, type LogFiles, logFiles, openIndex } from './files.ts';

/**
 * The files of a log, open for appending. Creating files on disk is the most expensive part of a start, and many
 * services print nothing, so the first output creates them.
 */
export class LogStore {
  readonly #files: LogFiles;
  readonly #logs = new Map<StreamName, { readonly fd: number; end: number }>();
  #index: number | undefined;

  constructor(log: string) {
    this.#files = logFiles(log);
  }

  /** Moves the content of a pipe, at most its capacity: the number of bytes, or undefined if the disk is full. */
  move(pipe: number, stream: StreamName): number | undefined {
    return unlessFull(() => {
      const { fd, end } = this.#log(stream);
      const count = splice(pipe, fd, end, CHUNK);
      if (-count === errnoNumber('ENOSPC') || -count === errnoNumber('EDQUOT')) return undefined;
      this.#grow(stream, count);
      return Math.max(0, count);
    });
  }

  /** Output is lost if the disk is full. */
  write(bytes: Uint8Array, stream: StreamName): void {
    unlessFull(() => {
      const { fd, end } = this.#log(stream);
      this.#grow(stream, writeSync(fd, bytes, 0, bytes.length, end));
    });
  }

  close(): void {
    for (const { fd } of this.#logs.values()) closeSync(fd);
    if (this.#index !== undefined) closeSync(this.#index);
  }

  #grow(stream: StreamName, count: number): void {
    if (count <= 0) return;
    const log = this.#log(stream);
    log.end += count;
    // Without its own entry it counts with the next output.
    unlessFull(() => {
      this.#index ??= openIndex(this.#files);
      appendIndex(this.#index, { time: Date.now(), stream, end: log.end });
    });
  }

  // splice(2) refuses a file opened with O_APPEND, so the position is kept here.
  #log(stream: StreamName): { readonly fd: number; end: number } {
    const known = this.#logs.get(stream);
    if (known) return known;
    mkdirSync(dirname(this.#files[stream]), { recursive: true, mode: 0o700 });
    const fd = openSync(this.#files[stream], constants.O_WRONLY | constants.O_CREAT, 0o600);
    const log = { fd, end: fstatSync(fd).size };
    this.#logs.set(stream, log);
    return log;
  }
}

const CHUNK = 1 << 20;

const unlessFull = <Result>(work: () => Result): Result | undefined => {
  try {
    return work();
  } catch (error) {
    if (!['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    return undefined;
  }
};
