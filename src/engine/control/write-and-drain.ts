import type { Writable } from 'node:stream';

/**
 * Resolves when the reader has taken most of it, or has gone; at the next turn of the event loop at the earliest, for
 * a fast reader must not keep all others waiting.
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
