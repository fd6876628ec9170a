import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';
import { requireFrom } from './require-quickly.ts';

/**
 * A CommonJS module, run as `require` does but with a cache of V8's code, because compiling takes longer than most
 * commands. Its file has the function around it as well: to put that around a text of megabytes is a copy of them. Node's
 * own cache (`module.enableCompileCache`) exists since 22.1 and leaves out lazily compiled functions.
 */
export type Cached = {
  readonly exports: unknown;
  /** Saves the code compiled so far, unless an earlier call with this word has saved it. */
  readonly keep: (word: string) => void;
};

export const runCached = (file: string): Cached => {
  // The file is ASCII, so a byte is a character.
  const source = readFileSync(file, 'latin1');
  const place = placeOf(file);
  const kept = place === undefined ? undefined : read(place);
  const script = new Script(source, {
    filename: file,
    ...(kept ? { cachedData: kept.code } : {}),
  });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, requireFrom(file), module, file, dirname(file));
  const words = kept && !script.cachedDataRejected ? kept.words : [];
  return {
    exports: module.exports,
    keep: (word) => {
      if (place === undefined || words.includes(word)) return;
      write(place, [...words, word], script.createCachedData());
    },
  };
};

/** The path of the cache for this file, this Node and its flags, some of which change V8's code. */
const placeOf = (file: string): string | undefined => {
  const { XDG_CACHE_HOME, NODE_DISABLE_COMPILE_CACHE } = process.env;
  if (NODE_DISABLE_COMPILE_CACHE) return undefined;
  const { size, mtimeMs } = lstatSync(file);
  const caches = XDG_CACHE_HOME || (process.geteuid?.() === 0 ? '/var/cache' : join(homedir(), '.cache'));
  const flags = process.execArgv.join('').replaceAll(/[^\w=-]/g, '_');
  return join(caches, 'tscompose', `${process.version}-${process.arch}-${size}-${mtimeMs}${flags}`);
};

type Kept = { readonly words: readonly string[]; readonly code: Buffer };

// The cache is executed, so no other user may own it or write to it.
const read = (place: string): Kept | undefined => {
  try {
    const directory = lstatSync(dirname(place));
    const fd = openSync(place, constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      if (![directory, fstatSync(fd)].every(isOurs)) return undefined;
      const bytes = readFileSync(fd);
      const end = bytes.indexOf('\n');
      return { words: bytes.toString('latin1', 0, end).split(' '), code: bytes.subarray(end + 1) };
    } finally {
      closeSync(fd);
    }
  } catch {
    return undefined;
  }
};

const isOurs = ({ uid, mode }: { readonly uid: number; readonly mode: number }): boolean =>
  uid === process.geteuid?.() && (mode & 0o022) === 0;

// A failure to write the cache is ignored.
const write = (place: string, words: readonly string[], code: Buffer): void => {
  try {
    const directory = dirname(place);
    for (const path of [dirname(directory), directory])
      if (!existsSync(path)) mkdirSync(path, { mode: 0o700 });
    const temporary = `${place}.${process.pid}`;
    writeFileSync(temporary, Buffer.concat([Buffer.from(`${words.join(' ')}\n`), code]), { mode: 0o600 });
    renameSync(temporary, place);
    for (const name of readdirSync(directory)) removeWhenOld(join(directory, name));
  } catch {}
};

/** Removes a cache that was written more than a month ago. */
const removeWhenOld = (path: string): void => {
  if (Date.now() - lstatSync(path).mtimeMs > MONTH) rmSync(path);
};

const MONTH = 30 * 24 * 3600 * 1000;
