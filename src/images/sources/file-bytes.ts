import { createReadStream } from 'node:fs';

/**
 * The bytes of a file from one on: so many, or all. It is opened when the first ones are asked for, so that nothing is
 * open if nobody reads them, and closed when its reader ends.
 */
export async function* fileBytes(
  path: string,
  from = 0,
  { size, signal }: { readonly size?: number; readonly signal?: AbortSignal | undefined } = {},
): AsyncGenerator<Buffer> {
  // An empty range is none for createReadStream.
  if (size === 0) return;
  const end = size === undefined ? undefined : from + size - 1;
  // A pipe has no places: it is read from where it is.
  const start = from === 0 && size === undefined ? undefined : from;
  yield* createReadStream(path, { start, end, highWaterMark: CHUNK, signal });
}

export const CHUNK = 1 << 20;
