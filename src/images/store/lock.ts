import {
  closeSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { tryLock } from '../../kernel/ffi/streams.ts';
import type { Store } from './store.ts';

export type Lock = { readonly release: () => void };

export type LockOptions = {
  readonly signal?: AbortSignal;
  /** Called once if the lock is taken, with the process that has it. */
  readonly onWait?: (pid: number) => void;
};

/** Locks a name in the store, across processes and within this one. The lock ends with its process, however that ends. */
export const lock = async (
  store: Store,
  name: string,
  { signal, onWait }: LockOptions = {},
): Promise<Lock> => {
  const path = store.lock(name);
  for (let pause = SHORTEST_PAUSE, isFirst = true; ; isFirst = false) {
    signal?.throwIfAborted();
    const taken = lockIfFree(store, name);
    if (taken) return taken;
    if (isFirst) onWait?.(Number.parseInt(readIfThere(path), 10) || 0);
    // flock(2) can only be waited for by a thread that does nothing else.
    await delay(pause, undefined, { signal });
    pause = Math.min(pause * 2, LONGEST_PAUSE);
  }
};

/** Runs work under several locks, which are taken in this order. */
export const underLocks = async <Result>(
  store: Store,
  names: readonly string[],
  options: LockOptions,
  work: () => Promise<Result>,
): Promise<Result> => {
  const [name, ...others] = names;
  if (name === undefined) return work();
  const held = await lock(store, name, options);
  try {
    return await underLocks(store, others, options, work);
  } finally {
    held.release();
  }
};

/** The lock, unless somebody has it. */
export const lockIfFree = (store: Store, name: string): Lock | undefined => {
  const path = store.lock(name);
  const file = openSync(path, 'a', 0o600);
  // The holder removes the file before it unlocks it: a lock counts only while the path leads to it.
  if (!tryLock(file) || statSync(path, { throwIfNoEntry: false })?.ino !== fstatSync(file).ino) {
    closeSync(file);
    return undefined;
  }
  sign(file);
  return {
    release: () => {
      unlinkSync(path);
      closeSync(file);
    },
  };
};

/** For the message of the process that waits; a full disk does not keep anybody from locking. */
const sign = (file: number): void => {
  try {
    ftruncateSync(file);
    writeSync(file, `${process.pid}\n`);
  } catch (error) {
    if (!['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
};

const readIfThere = (path: string): string => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
};

const SHORTEST_PAUSE = 5;
const LONGEST_PAUSE = 100;
