import { readdirSync } from 'node:fs';
import type { ChangeRequest } from '../../api/calls/change.ts';
import type { ObservedVolume } from '../../plan/observed.ts';
import type { Volume } from '../../project/model/project.ts';
import { readVolumeName } from '../../project/scalars/volume-name.ts';
import type { Context } from '../context/context.ts';
import { stateDirectory } from '../directories/project-paths.ts';
import { removeVolume } from '../volumes/remove-recorded.ts';
import type { VolumeStore } from '../volumes/store.ts';
import type { StoredVolume } from '../volumes/stored-volume.ts';
import { volumeUsers } from '../volumes/volume-users.ts';
import type { Done } from './apply.ts';

/** The existing ones of these volumes, without their users. */
export const observedVolumes = (
  store: Pick<VolumeStore, 'find'>,
  volumes: readonly Volume[],
): readonly ObservedVolume[] =>
  volumes.flatMap(({ name }) => {
    const found = store.find(name);
    return found ? [observed(found, [])] : [];
  });

/** The named volumes that the project made, with their users. */
export const projectVolumes = ({ record, volumes: { store } }: Context): readonly ObservedVolume[] => {
  const own = store.list().filter(({ project, isAnonymous }) => project === record.name && !isAnonymous);
  if (own.length === 0) return [];
  const { uses } = volumeUsers(stateDirectory());
  return own.map((volume) =>
    observed(volume, [
      ...(uses.get(volume.name) ?? []).filter(({ project }) => project !== record.name),
      ...Object.values(record.containers)
        .filter(({ volumes: names = {} }) => Object.values(names).includes(volume.name))
        .map(({ name }) => ({ project: record.name, container: name })),
    ]),
  );
};

/** The existing volumes that the files of `down -v` name. */
export const namedVolumes = (
  { volumes: { store } }: Context,
  { volumes, volumeNames = [], services = [] }: ChangeRequest,
): readonly StoredVolume[] =>
  volumes && services.length === 0 ? volumeNames.flatMap((name) => foundIfValid(store, name) ?? []) : [];

/** The command removes the project also where a name in its files is wrong. */
const foundIfValid = (store: VolumeStore, name: string): StoredVolume | undefined =>
  'value' in readVolumeName(name) ? store.find(name) : undefined;

const observed = (
  { name, key, project, options, labels }: StoredVolume,
  users: ObservedVolume['users'],
): ObservedVolume => ({
  name,
  ...(key !== undefined && { key }),
  ...(project !== undefined && { project }),
  options,
  labels,
  users,
});

/** The undo keeps a volume that has content. */
export const createVolume = async (context: Context, volume: Volume): Promise<Done> => {
  const { store } = context.volumes;
  const { key, name, options, labels } = volume;
  const project = context.record.name;
  const stored = await store.create({
    name,
    key,
    project,
    options,
    labels,
    isAnonymous: false,
    // As in Docker, whose copy ends with the first mount of a file system in memory.
    isFilled: options.type === 'tmpfs',
  });
  // Another project was faster.
  if (stored.project !== project) return {};
  return {
    undo: async () => {
      if (readdirSync(store.data(name)).length > 0) return 'kept, because it has content';
      await removeVolume(context, name);
      return undefined;
    },
  };
};
