import type { Store } from '../store/store.ts';
import type { RootKind } from './image-root.ts';
import { knownKind, noteKind } from './known-kind.ts';
import { probeKind } from './probe.ts';

/**
 * The kind of roots that images of this store have here. It is probed once per boot and written down in the store: the
 * probe takes longer than the mount of an image. Throws a Problem if `TSCOMPOSE_ROOT_KIND` is no kind, or one that does
 * not work.
 */
export const rootKind = (store: Store, forced = process.env.TSCOMPOSE_ROOT_KIND): RootKind => {
  const known = knownKind(store, forced);
  if (known) return known;
  const kind = probeKind(store.ingest, forced);
  if (!forced) noteKind(store, kind);
  return kind;
};
