import { collect, emptyTrash, isTrashSmall } from '../../../images/store/collect.ts';
import { inQuietStore } from '../../../images/store/quiet-store.ts';
import { type Store, storeIn } from '../../../images/store/store.ts';
import { stateDirectory } from '../../directories/project-paths.ts';
import { treeSize } from '../../disk/tree-size.ts';
import { freeLater } from '../../images/free-later.ts';
import { imageUsers } from '../../images/image-users.ts';
import { requireRoot } from '../../supervisor/require-root.ts';

/**
 * Takes out of the store what no image, no container and no running command needs any more. It is freed when this
 * resolves, or, if that takes more than a moment, by a process for which nobody waits. If that one is killed, the next
 * command that frees something does its work, or one that needs the space.
 */
export const freeImages = async (): Promise<void> => {
  const { store } = await collectUnused();
  if (isTrashSmall(store) || !freeLater(store)) await emptyTrash(store);
};

/** The same, and everything is freed when this resolves, with the bytes that were. */
export const freeImagesNow = async (): Promise<number> => {
  const { store, moved } = await collectUnused();
  let bytes = 0;
  for (const path of moved) bytes += await treeSize(path);
  await emptyTrash(store);
  return bytes;
};

const collectUnused = async (): Promise<{ readonly store: Store; readonly moved: readonly string[] }> => {
  requireRoot();
  const store = storeIn(stateDirectory());
  const moved = await inQuietStore(store, (quiet) => {
    const { uses, unknown } = imageUsers(stateDirectory());
    return unknown.length > 0 ? [] : collect(quiet, uses.keys());
  });
  return { store, moved };
};
