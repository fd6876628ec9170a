import { existsSync } from 'node:fs';
import { heldDigests } from './lease.ts';
import { type LockOptions, underLocks } from './lock.ts';
import { STORE_LOCK, type Store } from './store.ts';

/** A store in which no command begins to need anything: only here it is decided what is unused. */
export type QuietStore = Store & {
  /** Digests and IDs that running commands need: fetches and starts. */
  readonly held: ReadonlySet<string>;
};

/**
 * Runs work that removes something, under the lock of the store. A command holds what it needs, records who needs it,
 * and releases it then. So the work must ask for images, names and containers after this has read what is held: whatever
 * is needed is in one of both.
 */
export const inQuietStore = <Result>(
  store: Store,
  work: (store: QuietStore) => Promise<Result> | Result,
  options: LockOptions = {},
): Promise<Result> =>
  existsSync(store.directory)
    ? underLocks(store, [STORE_LOCK], options, async () => work({ ...store, held: heldDigests(store) }))
    : Promise.resolve(work({ ...store, held: new Set() }));
