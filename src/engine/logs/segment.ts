import { closeSync, fstatSync, openSync, read } from 'node:fs';
import type { StreamName } from '../../api/frames.ts';
import { ENTRY_BYTES, entriesOf, type IndexEntry, type LogFiles, STREAMS } from './files.ts';

/** The size of a segment at a moment. */
export type Extent = {
  /** Number of index entries. Two more follow, one for the unindexed rest of each stream. */
  readonly entries: number;
  /** Bytes of each stream. */
  readonly sizes: Readonly<Record<StreamName, number>>;
  /** Time of the last write to a stream. */
  readonly times: Readonly<Record<StreamName, number>>;
};

/**
 * The files of a segment, open for reading, a block at a time and without blocking the event loop. Open files stay
 * readable after they are removed; close them at the end.
 */
export class Segment {
  readonly #files: LogFiles;
  readonly #open = new Map<StreamName | 'index', number>();

  #isSealed = false;

  constructor(files: LogFiles) {
    this.#files = files;
    this.open();
  }

  /** Opens files that did not exist before: the first output creates them. */
  open(): void {
    if (this.#isSealed) return;
    for (const file of ['index', ...STREAMS] as const) {
      if (this.#open.has(file)) continue;
      try {
        this.#open.set(file, openSync(this.#files[file], 'r'));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      }
    }
  }

  /** Files that are not open yet are those of another log from now on. */
  seal(): void {
    this.#isSealed = true;
  }

  extent(): Extent {
    this.open();
    const [stdout, stderr] = [this.#statOf('stdout'), this.#statOf('stderr')];
    return {
      entries: Math.floor(this.#statOf('index').size / ENTRY_BYTES),
      sizes: { stdout: stdout.size, stderr: stderr.size },
      times: { stdout: stdout.mtimeMs, stderr: stderr.mtimeMs },
    };
  }

  /** At most `length` bytes from a position on; fewer at the end. */
  async read(file: StreamName | 'index', position: number, length: number): Promise<Buffer> {
    const fd = this.#open.get(file);
    if (fd === undefined || length <= 0) return NOTHING;
    const bytes = Buffer.allocUnsafe(length);
    const count = await new Promise<number>((resolve, reject) => {
      read(fd, bytes, 0, length, position, (error, count) => (error ? reject(error) : resolve(count)));
    });
    return bytes.subarray(0, count);
  }

  /** A block of entries, beginning with number `first`. */
  async entries(first: number, count: number): Promise<readonly IndexEntry[]> {
    return entriesOf(await this.read('index', first * ENTRY_BYTES, count * ENTRY_BYTES));
  }

  close(): void {
    for (const fd of this.#open.values()) closeSync(fd);
    this.#open.clear();
  }

  #statOf(file: StreamName | 'index'): { readonly size: number; readonly mtimeMs: number } {
    const fd = this.#open.get(file);
    return fd === undefined ? { size: 0, mtimeMs: 0 } : fstatSync(fd);
  }
}

const NOTHING = Buffer.alloc(0);

/** Entries per read: 64 KB. */
export const BLOCK = Math.floor((1 << 16) / ENTRY_BYTES);
