import { closeSync, readSync, writeSync } from 'node:fs';
import { Readable, Writable } from 'node:stream';
import { doNotBlock, duplicate } from '../../kernel/ffi/descriptors.ts';
import type { Readiness } from '../../kernel/ffi/readiness.ts';
import { setWindowSize } from '../../kernel/ffi/streams.ts';
import type { Terminal } from '../context/context.ts';

/** Reads and writes the supervisor's end of a pty, without blocking. */
export const openTerminal = (
  readiness: Readiness,
  master: number,
  onOutput: (chunk: Buffer) => void,
): Terminal => {
  doNotBlock(master);
  const output = outputOf(readiness, master);
  const input = inputOf(readiness, duplicate(master));
  const listeners = new Set<(chunk: Buffer) => void>([onOutput]);
  output.on('data', (chunk: Buffer) => {
    for (const listener of listeners) listener(chunk);
  });
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

// libuv takes a hangup after a short read for the end of the stream. Each read from a pty is short: what it still holds
// would be lost.
const outputOf = (readiness: Readiness, master: number): Readable => {
  let isWatched = false;
  const forget = (): void => {
    readiness.forget(master);
    isWatched = false;
  };
  const output = new Readable({
    read: () => {
      if (!isWatched) readiness.watch(master, readOnce);
      isWatched = true;
    },
    destroy: (error, done) => {
      forget();
      closeSync(master);
      done(error);
    },
  });
  const readOnce = (): void => {
    const chunk = tryRead(master);
    if (chunk?.length === 0) return;
    const wantsMore = output.push(chunk ?? null);
    if (!wantsMore) forget();
  };
  return output;
};

/** The bytes that are there, none if there are none yet, or undefined at the end. */
const tryRead = (fd: number): Buffer | undefined => {
  const bytes = Buffer.allocUnsafe(CHUNK);
  try {
    return bytes.subarray(0, readSync(fd, bytes));
  } catch (error) {
    // pty(7): after the last process has closed its end and all is read, read(2) fails with EIO.
    return (error as NodeJS.ErrnoException).code === 'EAGAIN' ? Buffer.alloc(0) : undefined;
  }
};

/** n_tty.c: the most that one read(2) returns. */
const CHUNK = 4096;

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
