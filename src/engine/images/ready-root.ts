import { isBuilt } from '../../images/root/built.ts';
import type { RootKind } from '../../images/root/image-root.ts';
import { knownKind } from '../../images/root/known-kind.ts';
import type { Store } from '../../images/store/store.ts';
import { rootId } from '../../images/store/stored-image.ts';

/** Whether a mount of these layers finds what it needs. False if only a probe of the machine can tell: see `isMade`. */
export const isReady = (store: Store, layers: readonly string[]): boolean => {
  const kind = knownKind(store);
  return kind !== undefined && isBuilt(kind, rootPath(store, layers, kind));
};

/** The directory of the merged layers. The collection of the store goes by the digits at the beginning of the name. */
export const rootPath = (store: Store, layers: readonly string[], kind: RootKind): string =>
  `${store.root(rootId(layers))}${kind === 'directory' ? '-directory' : ''}`;
