import { type ModelPath, Problem } from '../../base/diagnostic.ts';
import { hasNothingAt } from '../../kernel/copy/root-tree.ts';
import type { Mount } from '../../project/model/project.ts';
import type { ContainerRecord } from '../record/project-record.ts';
import type { ContentOf } from './content-of-root.ts';
import { fillVolume } from './first-copy.ts';
import { lockMounted } from './mounted-volume.ts';
import type { VolumeStore } from './store.ts';
import type { VolumeLock } from './volume-lock.ts';

/** The volumes of the containers that this supervisor runs: they are locked meanwhile, so nothing removes them. */
export type VolumesInUse = {
  readonly store: VolumeStore;
  /** The directory of a volume that containers mount. */
  readonly data: (name: string) => string;
  /**
   * Makes the volumes of a container ready for its start: anonymous ones are created, those with options are mounted,
   * and empty ones get what the root has there. Throws a Problem at the mount whose volume cannot be used, or the reason
   * of the signal.
   */
  readonly begin: (container: ContainerRecord, copy: FirstCopy) => Promise<void>;
  /** The same for a container that runs already; rejects if a volume is gone. */
  readonly resume: (container: ContainerRecord) => Promise<void>;
  /** The container has ended, or was not started. */
  readonly end: (container: string) => void;
};

export type FirstCopy = { readonly sourceOf: ContentOf; readonly signal: AbortSignal | undefined };

export const openVolumes = (project: string, store: VolumeStore): VolumesInUse => {
  const held = new Map<string, Held>();

  const hold = async (name: string, container: string, signal?: AbortSignal): Promise<Held> => {
    const volume = held.get(name) ?? take(store, name, signal);
    held.set(name, volume);
    volume.users.add(container);
    await volume.lock;
    return volume;
  };

  const end = (container: string): void => {
    for (const [name, { users, lock }] of held) {
      if (!users.delete(container) || users.size > 0) continue;
      held.delete(name);
      if ('release' in lock) lock.release();
      else lock.then(({ release }) => release(), REPORTED);
    }
  };

  const begin = async (container: ContainerRecord, copy: FirstCopy): Promise<void> => {
    for (const mount of container.definition.mounts) {
      const name = container.volumes?.[mount.target];
      if (mount.kind !== 'volume' || name === undefined) continue;
      try {
        if (mount.volume === undefined && !held.has(name))
          await store.create({ ...anonymous(mount, project), name });
        const volume = await hold(name, container.name, copy.signal);
        // As in Docker, a part of a volume gets no copy.
        if (volume.isFilled || mount.noCopy || mount.subpath !== undefined) continue;
        const { root, target } = copy.sourceOf(mount.target);
        if (volume.isWhole && hasNothingAt(root, target)) continue;
        volume.isFilled = await fill(store, name, volume, { root, target }, copy.signal);
        volume.isWhole = true;
      } catch (error) {
        throw error instanceof Problem ? placed(error, mount.from) : error;
      }
    }
  };

  const resume = async ({ name, volumes = {} }: ContainerRecord): Promise<void> => {
    for (const volume of Object.values(volumes)) await hold(volume, name);
  };

  return { store, data: store.data, begin, resume, end };
};

/** False if the root has nothing there: the root of another container may have. */
const fill = async (
  store: VolumeStore,
  name: string,
  volume: Held,
  source: ReturnType<ContentOf>,
  signal: AbortSignal | undefined,
): Promise<boolean> => {
  const place = { directory: store.directory(name), data: store.data(name) };
  const filled = await fillVolume({ ...source, ...place }, signal ? { signal } : {});
  if (filled === 'absent') return false;
  // Several containers that start at the same time find the same copy.
  volume.marking ??= store.markFilled(name).finally(() => {
    volume.marking = undefined;
  });
  await volume.marking;
  return true;
};

const placed = ({ diagnostics }: Problem, from: ModelPath): Problem =>
  new Problem(diagnostics.map((one) => ({ from, ...one })));

/** A volume that could not be mounted was reported by the start. */
const REPORTED = (): void => {};

/** The containers of a volume; the lock is there at once if nothing has to be mounted. */
type Held = {
  readonly users: Set<string>;
  readonly lock: VolumeLock | Promise<VolumeLock>;
  isFilled: boolean;
  /** A first copy that was killed is finished, if there was one. */
  isWhole?: true;
  marking?: Promise<void> | undefined;
};

const take = (store: VolumeStore, name: string, signal: AbortSignal | undefined): Held => {
  const volume = store.find(name);
  const hasOptions = volume !== undefined && Object.keys(volume.options).length > 0;
  return {
    users: new Set(),
    lock: hasOptions ? lockMounted(store, volume, { signal }) : store.hold(name),
    isFilled: volume?.isFilled ?? false,
  };
};

const anonymous = ({ labels = {} }: Extract<Mount, { kind: 'volume' }>, project: string) => ({
  options: {},
  labels,
  project,
  isAnonymous: true,
  isFilled: false,
});
