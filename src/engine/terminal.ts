import { ReadStream } from 'node:tty';
import { setWindowSize } from '../kernel/ffi/streams.ts';
import type { Terminal } from './context.ts';

/** Reads and writes the supervisor's end of a pty. */
export const openTerminal = (master: number, onOutput: (chunk: Buffer) => void): Terminal => {
  const stream = new ReadStream(master);
  const listeners = new Set<(chunk: Buffer) => void>([onOutput]);
  stream.on('data', (chunk: Buffer) => {
    for (const listener of listeners) listener(chunk);
  });
  // pty(7): when the last process has closed its end, reading gives EIO, which is this stream's way to end.
  stream.on('error', () => stream.destroy());
  return {
    stream,
    onOutput: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    finished: new Promise((resolve) => stream.once('close', resolve)),
    resize: (columns, rows) => setWindowSize(master, columns, rows),
  };
};
