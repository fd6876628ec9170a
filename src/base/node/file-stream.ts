import { open } from 'node:fs/promises';
import type { Writable } from 'node:stream';

/**
 * A stream into a file, which exists from here on. `createWriteStream` of node:fs opens its file later: after an early
 * failure perhaps only after the clean-up.
 * @param flags `wx` for a file that must be new
 * @throws what open(2) refuses
 */
export const fileStream = async (path: string, flags: 'w' | 'wx', mode = 0o600): Promise<Writable> =>
  (await open(path, flags, mode)).createWriteStream({ highWaterMark: WAITING });

/** Bytes that may wait to be written while those behind them are made. */
const WAITING = 1 << 22;
