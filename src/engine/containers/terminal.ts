import { closeSync, writeSync } from 'node:fs';
import { Writable } from 'node:stream';
import { ReadStream } from 'node:tty';
import { duplicate } from '../../kernel/ffi/descriptors.ts';
import type { Readiness } from '../../kernel/ffi/readiness.ts';
import { setWindowSize } from '../../kernel/ffi/streams.ts';
import type { Terminal } from '../supervisor/context.ts';

/** Reads and writes the supervisor's end of a pty, without blocking. */
export const openTerminal = (
  readiness: Readiness,
  master: number,
  onOutput: (chunk: Buffer) => void,
): Terminal => {
  const output = new ReadStream(master);
  const input = inputOf(readiness, duplicate(master));
  const listeners = new Set<(chunk: Buffer) => void>([onOutput]);
  output.on('data', (chunk: Buffer) => {
    for (const listener of listeners) listener(chunk);
  });
  // pty(7): after the last process has closed its end, read(2) fails with EIO: the end of this stream.
  output.on('error', () => output.destroy());
  output.once('close', () => input.destroy());
  return {
    output,
    input,
    onOutput: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    finished: new Promise((resolve) => output.once('close', resolve)),
    resize: (columns, rows) => setWindowSize(master, columns, rows),
  };
};

// A separate stream from the one that reads: an error of a write, to a program that has just ended, would discard its
// last output. And libuv blocks when it writes to this end of a pty while the program does not read.
const inputOf = (readiness: Readiness, terminal: number): Writable => {
  const input = new Writable({
    write: (chunk: Buffer, _encoding, done) => send(chunk, done),
    destroy: (error, done) => {
      readiness.forget(terminal);
      closeSync(terminal);
      done(error);
    },
  });
  const send = (rest: Buffer, done: () => void): void => {
    const count = input.destroyed ? rest.length : tryWrite(terminal, rest);
    if (count >= rest.length) done();
    else
      readiness.watchWritable(terminal, () => {
        readiness.forget(terminal);
        send(rest.subarray(count), done);
      });
  };
  return input;
};

/** The number of bytes written: none if the buffer is full, all if no reader is left. */
const tryWrite = (fd: number, bytes: Buffer): number => {
  try {
    return writeSync(fd, bytes);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EAGAIN' ? 0 : bytes.length;
  }
};
