import { storeIn } from '../../images/store/store.ts';
import { machineNetworkPaths } from '../networks/machine/paths.ts';
import { unfinishedIn } from '../networks/machine/remove.ts';
import { entriesOf } from '../trash/trash.ts';
import { STAGING, volumePaths } from '../volumes/volume-paths.ts';

/** Where `system prune` moves the files of projects that it deletes. */
export const pruneTrash = (state: string): string => `${state}/.trash`;

/** Files of this machine that killed processes have not deleted, outside of projects: paths. */
export const machineTrash = (state: string): readonly string[] => {
  const { store, trash } = volumePaths(state);
  const unfinished = entriesOf(store).filter((path) => path.startsWith(`${store}/${STAGING}`));
  return [
    ...unfinished,
    ...unfinishedIn(machineNetworkPaths(state)),
    ...entriesOf(trash),
    ...entriesOf(storeIn(state).trash),
    ...entriesOf(pruneTrash(state)),
  ];
};
