import {
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readFileSync,
  rmdirSync,
  statSync,
  unlinkSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Diagnostic, Problem } from '../../base/diagnostic.ts';
import { monotonic } from '../../base/node/monotonic.ts';
import type { ImageRoot } from '../../images/root/image-root.ts';
import { mountRoot } from '../../images/root/mount.ts';
import { tryLock, tryLockShared } from '../../kernel/ffi/streams.ts';
import { execute } from '../../kernel/launch/execute.ts';
import { makeDirectories } from '../../kernel/make-directories.ts';
import { call } from '../../kernel/program/program.ts';
import type { FoundImage } from '../../project/model/project.ts';
import { namesIfThere } from '../directories/read-if-there.ts';
import { removeIfEmpty } from '../trash/remove-if-empty.ts';
import { type ImageMount, imageMount, imageMounts, LOCK } from './image-places.ts';
import { rootOfImage } from './stored-root.ts';

/**
 * The mounts of images that this process uses. An image is mounted once for all projects: its first user mounts it, the
 * last one unmounts it, and locks tell them apart. Locks end with their process, so `sweep` unmounts what killed ones
 * have left.
 */
export type ImageMounts = {
  /** Mounts the images that no process has mounted, and keeps all of them mounted for a user. */
  readonly begin: (user: string, images: readonly FoundImage[]) => Promise<void>;
  readonly end: (user: string) => void;
  /** Unmounts the images that no process uses. */
  readonly sweep: () => void;
};

/** @param patience how long to wait for other processes, in milliseconds */
export const openImageMounts = (patience = PATIENCE): ImageMounts => {
  const held = new Map<string, { readonly users: Set<string>; readonly file: Promise<number> }>();
  const begin = async (user: string, image: FoundImage): Promise<void> => {
    const mount = imageMount(image.layers);
    const known = held.get(mount.lock) ?? { users: new Set(), file: hold(mount, image, patience) };
    held.set(mount.lock, known);
    known.users.add(user);
    try {
      await known.file;
    } catch (error) {
      if (held.get(mount.lock) === known) held.delete(mount.lock);
      throw error;
    }
  };
  return {
    begin: async (user, images) => {
      await Promise.all(images.map((image) => begin(user, image)));
    },
    end: (user) => {
      for (const [lock, { users, file }] of held) {
        if (!users.delete(user) || users.size > 0) continue;
        held.delete(lock);
        file.then(
          (open) => {
            closeSync(open);
            unmountUnused(lock);
          },
          // `begin` has said why.
          () => {},
        );
      }
    },
    sweep,
  };
};

const sweep = (): void => {
  const directory = imageMounts();
  for (const name of namesIfThere(directory)) if (name.endsWith(LOCK)) unmountUnused(`${directory}/${name}`);
};

/**
 * Resolves with a shared lock of an image that is mounted. A process that mounts or unmounts has the lock
 * alone, and for a moment only, because it does not wait meanwhile.
 */
const hold = async (mount: ImageMount, image: FoundImage, patience: number): Promise<number> => {
  // At once, so that the sweep of a supervisor does not unmount what the containers that it adopts use.
  const mounted = holdMounted(mount);
  if (mounted !== undefined) return mounted;
  const root = await rootOfImage(image);
  for (const since = monotonic(); ; ) {
    const file = tryToHold(mount, root);
    if (file !== undefined) return file;
    if (monotonic() - since > patience) throw new Problem(mountedElsewhere(mount.mountPoint));
    await delay(PAUSE);
  }
};

/** Undefined if another process is in the way at this moment. */
const tryToHold = (mount: ImageMount, root: ImageRoot): number | undefined => {
  const file = openLock(mount);
  if (file === undefined) return undefined;
  const isAlone = tryLock(file);
  try {
    if (isAlone && isSame(mount.lock, file)) mountOnce(mount, root);
  } catch (error) {
    closeSync(file);
    throw error;
  }
  // flock(2): the change to a shared lock is no single step, so another one may come between.
  if (tryLockShared(file) && isSame(mount.lock, file) && isMounted(mount.mountPoint)) return file;
  closeSync(file);
  return undefined;
};

const holdMounted = ({ lock, mountPoint }: ImageMount): number | undefined => {
  const file = openIfThere(lock);
  if (file === undefined) return undefined;
  if (tryLockShared(file) && isSame(lock, file) && isMounted(mountPoint)) return file;
  closeSync(file);
  return undefined;
};

const openIfThere = (lock: string): number | undefined => {
  try {
    return openSync(lock, 'r+');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

const mountedElsewhere = (mountPoint: string): Diagnostic => ({
  severity: 'error',
  code: 'image-in-use',
  message: `another process uses the image at ${mountPoint}, which is not mounted here`,
  help: 'stop the containers of this image in all projects, or run this command in the mount namespace that they were started from',
});

/** Undefined if the last user of another image has removed the directory at this moment. */
const openLock = ({ lock }: ImageMount): number | undefined => {
  makeDirectories(imageMounts());
  try {
    return openSync(lock, 'a', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

const mountOnce = ({ mountPoint }: ImageMount, root: ImageRoot): void => {
  makeDirectories(mountPoint);
  if (!isMounted(mountPoint)) mountRoot(root, mountPoint);
};

const unmountUnused = (lock: string): void => {
  const file = openIfThere(lock);
  if (file === undefined) return;
  try {
    if (!tryLock(file) || !isSame(lock, file)) return;
    const mountPoint = lock.slice(0, -LOCK.length);
    while (isMounted(mountPoint)) if (execute(call('umount2', mountPoint, 'MNT_DETACH')) < 0) return;
    if (existsSync(mountPoint)) rmdirSync(mountPoint);
    unlinkSync(lock);
  } finally {
    closeSync(file);
  }
  removeIfEmpty(imageMounts());
  removeIfEmpty(dirname(imageMounts()));
};

/** The lock was removed by its last user, unless the path still leads to it. */
const isSame = (path: string, file: number): boolean =>
  statSync(path, { throwIfNoEntry: false })?.ino === fstatSync(file).ino;

const isMounted = (path: string): boolean => existsSync(path) && mountOf(path) !== mountOf(dirname(path));

/** The ID of the mount that a path is in. */
const mountOf = (path: string): string | undefined => {
  const file = execute(call('openat', 'AT_FDCWD', path, 'O_PATH|O_DIRECTORY|O_CLOEXEC', 0));
  if (file < 0) return undefined;
  try {
    return /^mnt_id:\s*(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${file}`, 'latin1'))?.[1];
  } finally {
    closeSync(file);
  }
};

/** Milliseconds. */
const PAUSE = 2;
const PATIENCE = 5000;
