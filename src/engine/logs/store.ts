import { closeSync, constants, fstatSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { StreamName } from '../../api/frames.ts';
import { splice } from '../../kernel/ffi/streams.ts';
import { appendIndex, type LogFiles, logFiles, openIndex } from './files.ts';

/**
 * The files of a log, open for adding to them. Making files on disk is the dearest part of a start, and many services
 * print nothing, so they are made when there is something to store.
 */
export class LogStore {
  readonly #files: LogFiles;
  readonly #logs = new Map<StreamName, { readonly fd: number; end: number }>();
  #index: number | undefined;

  constructor(log: string) {
    this.#files = logFiles(log);
  }

  /** Moves what a pipe holds, at most what a pipe can hold; false when that is nothing. */
  move(pipe: number, stream: StreamName): boolean {
    const { fd, end } = this.#log(stream);
    return this.#grow(stream, splice(pipe, fd, end, CHUNK));
  }

  write(bytes: Uint8Array, stream: StreamName): void {
    const { fd, end } = this.#log(stream);
    this.#grow(stream, writeSync(fd, bytes, 0, bytes.length, end));
  }

  close(): void {
    for (const { fd } of this.#logs.values()) closeSync(fd);
    if (this.#index !== undefined) closeSync(this.#index);
  }

  #grow(stream: StreamName, count: number): boolean {
    if (count <= 0) return false;
    const log = this.#log(stream);
    log.end += count;
    this.#index ??= openIndex(this.#files);
    appendIndex(this.#index, { time: Date.now(), stream, end: log.end });
    return true;
  }

  // splice(2) refuses a file that is open for appending, so the position is ours to keep.
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
