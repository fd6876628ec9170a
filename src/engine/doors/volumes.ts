import { type Diagnostic, Problem } from '../../base/diagnostic.ts';
import { stateDirectory } from '../directories/project-paths.ts';
import { treeSize } from '../disk/tree-size.ts';
import { requireRoot } from '../supervisor/require-root.ts';
import { anonymousVolumeName, type NewVolume } from '../volumes/create.ts';
import { differentVolume, noVolume } from '../volumes/refusals.ts';
import { volumeStore } from '../volumes/store.ts';
import type { StoredVolume } from '../volumes/stored-volume.ts';
import { type VolumeUse, volumeUsers } from '../volumes/volume-users.ts';

/** A volume with what uses it. */
export type ListedVolume = StoredVolume & {
  /** The directory that containers see, as a path of the host. */
  readonly mountpoint: string;
  /** Containers of all projects, stopped ones included. */
  readonly uses: readonly VolumeUse[];
  /** Nothing uses it. False as well while the record of some project is damaged. */
  readonly isUnused: boolean;
  /** Nothing uses it, and the project that created it has no record any more. */
  readonly isAbandoned: boolean;
};

/** The volumes of this machine by name, from their files: no supervisor is asked or started. */
export const listVolumes = (): readonly ListedVolume[] => {
  requireRoot();
  const store = volumeStore();
  const { uses, projects, unknown } = volumeUsers(stateDirectory());
  return store.list().map((volume) => {
    const users = uses.get(volume.name) ?? [];
    const isUnused = users.length === 0 && unknown.length === 0;
    const isAbandoned = isUnused && !(volume.project !== undefined && projects.has(volume.project));
    return { ...volume, mountpoint: store.data(volume.name), uses: users, isUnused, isAbandoned };
  });
};

/** The diagnostic for a name that no volume has. */
export const missingVolume = (name: string, volumes: readonly ListedVolume[]) =>
  noVolume(
    name,
    volumes.map((volume) => volume.name),
  );

type Wanted = Pick<NewVolume, 'options' | 'labels'> & { readonly name: string | undefined };

/**
 * Creates a volume; without a name, an anonymous one. An existing one is left as it is. Throws a Problem if that has
 * other options. With `dryRun` nothing is created.
 */
export const createVolume = async (
  { name, options, labels }: Wanted,
  dryRun: boolean,
): Promise<Pick<StoredVolume, 'name'>> => {
  requireRoot();
  const store = volumeStore();
  const wanted = {
    name: name ?? anonymousVolumeName(),
    options,
    labels,
    isAnonymous: name === undefined,
    isFilled: false,
  };
  const existing = store.find(wanted.name);
  const volume = existing ?? (dryRun ? wanted : await store.create(wanted));
  if (Object.keys(options).length > 0 && !isSame(options, volume.options))
    throw new Problem(differentVolume(volume));
  return volume;
};

/** Resolves when the content of the volume is deleted. Throws a Problem if anything uses it. */
export const removeVolume = async (name: string, dryRun: boolean): Promise<void> => {
  requireRoot();
  const store = volumeStore();
  if (dryRun) store.checkUnused(name);
  else await store.remove(name);
};

export type Pruned = {
  /** Names. */
  readonly removed: readonly string[];
  readonly bytes: number;
  readonly problems: readonly Diagnostic[];
};

/** Removes these volumes, except those that something has begun to use meanwhile, and the remains of removals. */
export const pruneVolumes = async (
  volumes: readonly Pick<ListedVolume, 'name'>[],
  dryRun: boolean,
): Promise<Pruned> => {
  requireRoot();
  const store = volumeStore();
  const removed: string[] = [];
  const problems: Diagnostic[] = [];
  let bytes = 0;
  for (const { name } of volumes) {
    const size = await treeSize(store.directory(name));
    try {
      await removeVolume(name, dryRun);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      problems.push(...error.diagnostics.filter(({ code }) => !OVERTAKEN.includes(code)));
      continue;
    }
    removed.push(name);
    bytes += size;
  }
  if (!dryRun) problems.push(...(await store.sweep()));
  return { removed, bytes, problems };
};

/** Another command was faster. */
const OVERTAKEN: readonly string[] = ['no-volume', 'volume-in-use'];

const isSame = (a: StoredVolume['options'], b: StoredVolume['options']): boolean =>
  JSON.stringify(Object.entries(a).toSorted()) === JSON.stringify(Object.entries(b).toSorted());
