import { readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import type { Store } from '../store/store.ts';
import { ROOT_KINDS, type RootKind } from './image-root.ts';
import { probeKind } from './probe.ts';

/**
 * The kind of roots that images of this store have here. It is probed once per boot and written down in the store: the
 * probe takes longer than the mount of an image. A directory for each layer is not written down, since a module of the
 * kernel that makes it unnecessary may be installed at any time. Throws a Problem if `TSCOMPOSE_ROOT_KIND` is no kind, or
 * one that does not work.
 */
export const rootKind = (store: Store, forced = process.env.TSCOMPOSE_ROOT_KIND): RootKind => {
  if (forced) return probeKind(store.ingest, forced);
  const circumstances = circumstancesOf(store);
  const known = ROOT_KINDS.find((kind) => noteOf(store) === `${circumstances} ${kind}\n`);
  if (known) return known;
  const kind = probeKind(store.ingest, undefined);
  if (kind !== 'directory') write(store, `${circumstances} ${kind}\n`);
  return kind;
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

/** Without it, the next command probes again. */
const write = ({ rootKind }: Store, note: string): void => {
  try {
    writeFileSync(rootKind, note, { mode: 0o600 });
  } catch {}
};
