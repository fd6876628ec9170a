import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** A directory of what was downloaded, which outlives the checkout. */
export function cacheDirectory(...names: readonly string[]): string {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  const directory = join(cache, 'tscompose-vm', ...names);
  mkdirSync(directory, { recursive: true });
  return directory;
}

export async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

export const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');
