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
  readonly keep: Keep;
};

/**
 * Saves the code compiled so far for later runs of this command, unless it has been saved after one like it. A command
 * that fails has run a part of its code, so each is saved twice at most.
 */
export type Keep = (command: string, isPart: boolean) => void;

/**
 * `words`: the command line. Each command has a cache of its own, because V8 takes time for all that is in one. The
 * command is not known before the code runs: the first word that has a cache decides, and a wrong one costs time.
 */
export const runCached = (file: string, words: readonly string[]): Cached => {
  // The file is ASCII, so a byte is a character.
  const source = readFileSync(file, 'latin1');
  const place = placeOf(file);
  const kept = place === undefined ? undefined : firstOf(place, words);
  const script = new Script(source, {
    filename: file,
    ...(kept ? { cachedData: kept.code } : {}),
  });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, requireFrom(file), module, file, dirname(file));
  return {
    exports: module.exports,
    keep: (command, isPart) => {
      if (place === undefined) return;
      const path = pathOf(place, command);
      const known = path !== kept?.path ? read(path)?.runs : script.cachedDataRejected ? [] : kept.runs;
      const run = isPart ? `${command}!` : command;
      if (!known?.includes(run)) write(path, [...(known ?? []), run], script.createCachedData());
    },
  };
};

/** Commands of two words, such as `volume-ls`, have that of their first word. */
const pathOf = (place: string, command: string): string => `${place}.${command.split('-')[0]}`;

/** Command lines without a command print a help. */
const firstOf = (place: string, words: readonly string[]): (Kept & { readonly path: string }) | undefined => {
  for (const word of [...words.filter((one) => COMMAND.test(one)), 'help']) {
    const path = pathOf(place, word);
    const kept = read(path);
    if (kept) return { ...kept, path };
  }
  return undefined;
};

const COMMAND = /^[a-z]+$/;

/** The paths of the caches for this file, this Node and its flags, some of which change V8's code, begin with this one. */
const placeOf = (file: string): string | undefined => {
  const { XDG_CACHE_HOME, NODE_DISABLE_COMPILE_CACHE } = process.env;
  if (NODE_DISABLE_COMPILE_CACHE) return undefined;
  const { size, mtimeMs } = lstatSync(file);
  const caches = XDG_CACHE_HOME || (process.geteuid?.() === 0 ? '/var/cache' : join(homedir(), '.cache'));
  const flags = process.execArgv.join('').replaceAll(/[^\w=-]/g, '_');
  return join(caches, 'tscompose', `${process.version}-${process.arch}-${size}-${mtimeMs}${flags}`);
};

/** `runs`: the commands after which it was saved, with a `!` those of which a part had run. */
type Kept = { readonly runs: readonly string[]; readonly code: Buffer };

// The cache is executed, so no other user may own it or write to it.
const read = (place: string): Kept | undefined => {
  try {
    const directory = lstatSync(dirname(place));
    const fd = openSync(place, constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      if (![directory, fstatSync(fd)].every(isOurs)) return undefined;
      const bytes = readFileSync(fd);
      const end = bytes.indexOf('\n');
      return { runs: bytes.toString('latin1', 0, end).split(' '), code: bytes.subarray(end + 1) };
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
const write = (path: string, runs: readonly string[], code: Buffer): void => {
  try {
    const directory = dirname(path);
    for (const parent of [dirname(directory), directory])
      if (!existsSync(parent)) mkdirSync(parent, { mode: 0o700 });
    const temporary = `${path}.${process.pid}`;
    writeFileSync(temporary, Buffer.concat([Buffer.from(`${runs.join(' ')}\n`), code]), { mode: 0o600 });
    renameSync(temporary, path);
    for (const name of readdirSync(directory)) removeWhenOld(join(directory, name));
  } catch {}
};

/** Removes a cache that was written more than a month ago. */
const removeWhenOld = (path: string): void => {
  if (Date.now() - lstatSync(path).mtimeMs > MONTH) rmSync(path);
};

const MONTH = 30 * 24 * 3600 * 1000;
