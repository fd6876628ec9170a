import type { Writable } from 'node:stream';

/**
 * Resolves when the reader has taken most of the data or has disconnected; not before the next turn of the event loop,
 * so that a fast reader does not block all others.
 */
export const writeAndDrain = (output: Writable, bytes: Uint8Array): Promise<void> => {
  if (output.destroyed) return Promise.resolve();
  if (output.write(bytes)) return new Promise((resolve) => void setImmediate(resolve));
  return new Promise((resolve) => {
    const done = (): void => {
      output.off('drain', done);
      output.off('close', done);
      setImmediate(resolve);
    };
    output.on('drain', done);
    output.on('close', done);
  });
};
