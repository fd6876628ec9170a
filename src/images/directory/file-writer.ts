import { close, must } from '../../kernel/copy/call.ts';
import { addressOf } from '../../kernel/ffi/libc.ts';
import { beginWriteback } from '../../kernel/page-cache.ts';
import type { TarEntry } from '../tar/entry.ts';

/** Writes the content of a file, which comes in pieces and without its holes. */
export class FileWriter {
  readonly #fd: number;
  readonly #size: number;
  readonly #parts: NonNullable<TarEntry['data']>;
  #part = 0;
  /** Bytes of the current part that are written. */
  #done = 0;

  /** @param fd a new file, which this closes */
  constructor(fd: number, { size, data }: TarEntry) {
    this.#fd = fd;
    this.#size = size;
    this.#parts = data ?? [{ offset: 0, size }];
  }

  write(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; ) {
      const { offset, size } = this.#parts[this.#part]!;
      if (this.#done === 0 && offset > 0) must('lseek', this.#fd, offset, SEEK_SET);
      const length = Math.min(size - this.#done, bytes.length - at);
      const written = must('write', this.#fd, addressOf(bytes) + at, length);
      at += written;
      this.#done += written;
      if (this.#done === size) {
        this.#part++;
        this.#done = 0;
      }
    }
  }

  /** The descriptor, after the last piece: the end of the file may be a hole. */
  finish(): number {
    if (this.#parts.length !== 1 || this.#parts[0]!.size < this.#size)
      must('ftruncate', this.#fd, this.#size);
    // While other files are made, and not only with the last syncfs(2).
    if (this.#size >= WORTH_A_WRITE) beginWriteback(this.#fd);
    return this.#fd;
  }

  close(): void {
    close(this.#fd);
  }
}

const SEEK_SET = 0;
const WORTH_A_WRITE = 1 << 16;
