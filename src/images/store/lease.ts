import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readdirSync, readFileSync, rmSync, unlinkSync, writeSync } from 'node:fs';
import { tryLock } from '../../kernel/ffi/streams.ts';
import { lock } from './lock.ts';
import { STORE_LOCK, type Store } from './store.ts';

/** Keeps what a running process needs from collection. It ends with the process, however that ends. */
export type Lease = { readonly release: () => void };

/**
 * Holds blobs, layers and images by their digests, also those that are still to come. What is found in the store after
 * this stays there until the release.
 */
export const hold = async (
  store: Store,
  digests: readonly string[],
  signal?: AbortSignal,
): Promise<Lease> => {
  // Not while things are being collected, whose leases are read already.
  const turn = await lock(store, STORE_LOCK, { ...(signal && { signal }) });
  try {
    const path = `${store.leases}/${process.pid}-${randomBytes(6).toString('hex')}`;
    const file = openSync(path, 'wx', 0o600);
    const release = (): void => {
      // The whole store may be gone.
      rmSync(path, { force: true });
      closeSync(file);
    };
    try {
      tryLock(file);
      writeSync(file, digests.join('\n'));
      return { release };
    } catch (error) {
      release();
      throw error;
    }
  } finally {
    turn.release();
  }
};

/** The leases of living processes; the caller has the lock of the store. Leases of dead ones are removed. */
export const heldDigests = (store: Store): ReadonlySet<string> => {
  const held = new Set<string>();
  for (const name of readdirSync(store.leases))
    for (const digest of digestsOf(`${store.leases}/${name}`)) held.add(digest);
  return held;
};

const digestsOf = (path: string): readonly string[] => {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return [];
  }
  try {
    if (!tryLock(file)) return readFileSync(file, 'latin1').split('\n');
    unlinkSync(path);
    return [];
  } finally {
    closeSync(file);
  }
};
