import { readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import type { Store } from '../store/store.ts';
import { ROOT_KINDS, type RootKind } from './image-root.ts';

/**
 * The kind of roots that was written down for this store since the machine has started; undefined if it must be probed.
 * This makes no system call that Node does not have, so that a start whose images are ready loads nothing for that.
 */
export const knownKind = (store: Store, forced = process.env.TSCOMPOSE_ROOT_KIND): RootKind | undefined => {
  const note = forced ? undefined : noteOf(store);
  if (note === undefined) return undefined;
  const circumstances = circumstancesOf(store);
  return ROOT_KINDS.find((kind) => note === `${circumstances} ${kind}\n`);
};

/**
 * Writes a kind down. A directory for each layer is not: a module of the kernel that makes it unnecessary may be
 * installed at any time. Without the note, the next command probes again.
 */
export const noteKind = (store: Store, kind: RootKind): void => {
  if (kind === 'directory') return;
  try {
    writeFileSync(store.rootKind, `${circumstancesOf(store)} ${kind}\n`, { mode: 0o600 });
  } catch {}
};

/** Everything that the kind depends on: the running kernel, the file system, and what this process may do and see. */
const circumstancesOf = ({ ingest }: Store): string =>
  [
    readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
    statSync(ingest).dev,
    process.geteuid?.(),
    ...['user', 'mnt'].map((namespace) => readlinkSync(`/proc/self/ns/${namespace}`)),
  ].join(' ');

const noteOf = ({ rootKind }: Store): string | undefined => {
  try {
    return readFileSync(rootKind, 'utf8');
  } catch {
    return undefined;
  }
};
