import { closeSync, fstatSync, openSync, statSync } from 'node:fs';
import { tryLock, tryLockShared } from '../../kernel/ffi/streams.ts';

export type VolumeLock = { readonly release: () => void };

/**
 * Locks a volume: shared by supervisors that use it, exclusive by its removal. Never waits, because a stopped process
 * may hold the lock. `gone`: the volume does not exist, or was removed meanwhile.
 */
export const lockVolume = (path: string, kind: 'shared' | 'exclusive'): VolumeLock | 'gone' | 'held' => {
  const file = openIfThere(path);
  if (file === undefined) return 'gone';
  const isLocked = kind === 'shared' ? tryLockShared(file) : tryLock(file);
  // Removal renames the directory under its lock, so a lock counts only while the path still leads to it.
  const isThere = statSync(path, { throwIfNoEntry: false })?.ino === fstatSync(file).ino;
  if (isLocked && isThere) return { release: () => closeSync(file) };
  closeSync(file);
  return isThere ? 'held' : 'gone';
};

// The first use creates the file.
const openIfThere = (path: string): number | undefined => {
  try {
    return openSync(path, 'a', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};
