import {
  close,
  closeSync,
  existsSync,
  fsync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { monotonic } from '../../base/node/monotonic.ts';
import { inDirectory } from '../../kernel/make-directories.ts';
import { complain } from '../context/complain.ts';
import { onStorage } from '../directories/storage.ts';
import type { ProjectRecord } from './project-record.ts';
import type { RecordFiles } from './read.ts';
import { recordText } from './text.ts';

/**
 * Writes the record of a project. After `save` every reader sees the new record, also after kill -9; `saveDurably` and
 * `saveFinally` flush it to disk, so it outlives a power failure. A flushed file is kept as the previous copy when it
 * is replaced: one of the two is always on disk, and only awaited writes need fsync(2).
 */
export type RecordWriter = {
  /**
   * Writes the record at once, unless the file has it: a resource is recorded before it is created. Throws a Problem if
   * the disk is full.
   */
  readonly save: () => void;
  /** The same; resolves when the record is on disk. The event loop continues meanwhile. */
  readonly saveDurably: () => Promise<void>;
  /** The same, synchronously, for a process that is about to end. */
  readonly saveFinally: () => void;
  /** Writes the ends of containers within a moment. Retried while the disk is full. */
  readonly saveSoon: () => void;
  /** Writes now what `saveSoon` is about to write. Throws a Problem if the disk is full. */
  readonly saveDue: () => void;
  /** Ends the suspension: the existing file can be replaced, and does not become the previous copy. */
  readonly resume: () => void;
  /** Ends all writes. */
  readonly abandon: () => void;
};

type Beginning = {
  /** The existing file is valid and may become the previous copy. */
  readonly isOnDisk: boolean;
  /** The existing file must stay: no writes before `resume`. */
  readonly isSuspended: boolean;
};

export const openWriter = (
  { record: path, previousRecord }: RecordFiles,
  record: ProjectRecord,
  { isOnDisk, isSuspended }: Beginning,
): RecordWriter => {
  let suspended = isSuspended;
  let count = 0;
  let durable = isOnDisk ? 0 : -1;
  let pending: NodeJS.Timeout | undefined;
  let isFull = false;
  let soon = SOON;
  let written: { readonly text: string; readonly file: string | undefined } | undefined;

  const save = (): void => {
    clearTimeout(pending);
    pending = undefined;
    if (suspended) return;
    const text = `${recordText(record)}\n`;
    if (text === written?.text && written.file === identityOf(path)) return;
    onStorage(path, () => {
      const temporary = `${path}.${process.pid}`;
      inDirectory(path, () => write(temporary, text));
      if (durable === count) keep(path, previousRecord);
      // rename(2): a reader sees the old text or the new one, also after a crash.
      renameSync(temporary, path);
      written = { text, file: identityOf(path) };
      count++;
    });
  };
  const saveLater = (): void => {
    const begin = monotonic();
    try {
      save();
      isFull = false;
    } catch (error) {
      if (!isFull) complain(`${(error as Error).message}: the record is written as soon as there is space`);
      isFull = true;
      pending = setTimeout(saveLater, LATER);
    }
    soon = Math.min(Math.max(SOON, SHARE * (monotonic() - begin)), LATER);
  };
  const syncLater = async (number: number): Promise<void> => {
    // `down` may have removed the file.
    if (durable === number || !existsSync(path)) return;
    for (const place of [path, dirname(path)]) await sync(place);
    if (number === count) durable = count;
  };
  return {
    save,
    saveDurably: () => {
      save();
      return syncLater(count).catch((error: Error) => complain(error.message));
    },
    saveFinally: () => {
      save();
      if (existsSync(path)) for (const place of [path, dirname(path)]) syncNow(place);
    },
    saveSoon: () => {
      pending ??= setTimeout(saveLater, soon);
    },
    saveDue: () => {
      if (pending) save();
    },
    resume: () => {
      suspended = false;
    },
    abandon: () => {
      clearTimeout(pending);
      suspended = true;
    },
  };
};

/** Tells a file from one that somebody else has put in its place, or has written to; undefined if there is none. */
const identityOf = (path: string): string | undefined => {
  const entry = statSync(path, { throwIfNoEntry: false });
  return entry && [entry.ino, entry.size, entry.mtimeMs].join(' ');
};

/** Milliseconds: the ends of many containers are written together, because each write covers the whole record. */
const SOON = 20;
const LATER = 2000;

/** A record of many containers on a busy disk takes milliseconds, while no container can be started. */
const SHARE = 20;

// On a full disk the empty file would occupy the last inode, which a start may need.
const write = (path: string, text: string): void => {
  try {
    writeFileSync(path, text, { mode: 0o600 });
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  }
};

const keep = (path: string, previous: string): void => {
  const temporary = `${previous}.${process.pid}`;
  try {
    rmSync(temporary, { force: true });
    linkSync(path, temporary);
    renameSync(temporary, previous);
  } catch (error) {
    // The file system has no hard links, or the file was removed: there is no copy then.
    if (!['EPERM', 'ENOTSUP', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
};

const [fsyncLater, closeLater] = [promisify(fsync), promisify(close)];

const sync = async (path: string): Promise<void> => {
  const file = openSync(path, 'r');
  await fsyncLater(file).finally(() => closeLater(file));
};

const syncNow = (path: string): void => {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
};
