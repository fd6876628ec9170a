import { existsSync, statSync } from 'node:fs';
import type { StreamName } from '../../api/frames.ts';
import { type IndexEntry, type LogFiles, logFiles, readIndex, readRange } from './files.ts';

/** A piece of a log as it came, or one of its lines. */
export type LogPiece = { readonly time: number; readonly stream: StreamName; readonly bytes: Buffer };

/** Reads a log from its beginning and, called again, what has come since. */
export class LogReader {
  readonly #files: LogFiles;
  readonly #positions: Record<StreamName, number> = { stdout: 0, stderr: 0 };
  #entriesRead = 0;

  constructor(log: string) {
    this.#files = logFiles(log);
  }

  /** Everything that has come since the last call, in the order in which it came. */
  *pieces(): Generator<LogPiece> {
    for (const { time, stream, end } of this.#entries()) {
      const start = this.#positions[stream];
      if (end <= start) continue;
      this.#positions[stream] = end;
      yield { time, stream, bytes: readRange(this.#files[stream], start, end) };
    }
  }

  /** Goes to the end, so that only what comes later is read. */
  skip(): void {
    for (const { stream, end } of this.#entries())
      this.#positions[stream] = Math.max(end, this.#positions[stream]);
  }

  // What was stored after the last index entry, when its writer was killed, came some time before the next one.
  #entries(): readonly IndexEntry[] {
    const rest = (['stdout', 'stderr'] as const).flatMap((stream): readonly IndexEntry[] => {
      if (!existsSync(this.#files[stream])) return [];
      const { size, mtimeMs } = statSync(this.#files[stream]);
      return [{ time: mtimeMs, stream, end: size }];
    });
    const indexed = readIndex(this.#files, this.#entriesRead);
    this.#entriesRead += indexed.length;
    return [...indexed, ...rest];
  }
}

/** Puts pieces together to lines, each with the time of its first byte; a last line without an end comes with `rest`. */
export class LineAssembler {
  readonly #open = new Map<StreamName, { time: number; parts: Buffer[] }>();

  *lines({ time, stream, bytes }: LogPiece): Generator<LogPiece> {
    let start = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
      const open = this.#open.get(stream);
      this.#open.delete(stream);
      const line = bytes.subarray(start, end + 1);
      yield { time: open?.time ?? time, stream, bytes: open ? Buffer.concat([...open.parts, line]) : line };
      start = end + 1;
    }
    if (start === bytes.length) return;
    const open = this.#open.get(stream) ?? { time, parts: [] };
    open.parts.push(bytes.subarray(start));
    this.#open.set(stream, open);
  }

  *rest(): Generator<LogPiece> {
    for (const [stream, { time, parts }] of this.#open)
      yield { time, stream, bytes: Buffer.concat([...parts, Buffer.from('\n')]) };
    this.#open.clear();
  }
}
