import { cString, fileCall, type Room } from '../ffi/files.ts';
import { errnoNumber } from '../program/errno.ts';
import { copyAttributes } from './attributes.ts';
import { close, must, mustOr, withDescriptors } from './call.ts';
import { copyTree } from './copy-tree.ts';
import { isEmpty, moveEntries } from './entries.ts';
import { AT_FDCWD, DIRECTORY, openDirectory } from './open-directory.ts';
import { removeEntry } from './remove-tree.ts';
import { openInRoot } from './root-tree.ts';
import { statOf } from './stat.ts';

/** A directory to be filled with what a root has at a path. All are absolute paths. */
export type Filling = {
  /** The root of a container. */
  readonly root: string;
  /** The path within the root. */
  readonly target: string;
  /** The directory to fill. */
  readonly data: string;
  /** A private directory: its lock is held meanwhile, and the copy is prepared in it if `data` is in the same mount. */
  readonly directory: string;
};

/** `kept`: it was not empty. `absent`: the root has no directory at the path. */
export type Filled = 'copied' | 'kept' | 'absent';

/**
 * Fills an empty directory, also one that is in use, and gives it the attributes of the copied one. The copy is
 * prepared beside it and written to disk; only then its entries are moved. A killed fill is finished by the next call,
 * or begun again. `pause` is called often, and may throw to end the copy. Throws a CallError.
 */
export const fill = (filling: Filling, pause: () => void): Filled =>
  withVolume(filling, ({ home, data, place }) => {
    while (!tryLock(home)) {
      pause();
      Atomics.wait(SLEEPER, 0, 0, LOCK_INTERVAL);
    }
    if (isThere(place, COMPLETE)) return publish(place, data);
    removeEntry(place, STAGING);
    if (!isEmpty(data)) return 'kept';
    return withSource(filling, (source) => {
      try {
        stage(place, source, pause);
      } catch (error) {
        removeEntry(place, STAGING);
        throw error;
      }
      return publish(place, data);
    });
  });

/** The same if there is nothing to copy but the attributes; otherwise, or if another process fills it, undefined. */
export const fillAtOnce = (filling: Filling): Filled | undefined =>
  withVolume(filling, ({ home, data, place }) => {
    if (!tryLock(home) || isThere(place, COMPLETE) || isThere(place, STAGING)) return undefined;
    if (!isEmpty(data)) return 'kept';
    return withSource(filling, (source) => {
      if (!isEmpty(source)) return undefined;
      copyAttributes(source, statOf(source), data);
      return 'copied';
    });
  });

type Volume = { readonly home: number; readonly data: number; readonly place: number };

/** The lock ends with the descriptors. */
const withVolume = <Result>({ directory, data }: Filling, use: (volume: Volume) => Result): Result =>
  withDescriptors((keep) => {
    const open = (path: string): number => keep(openDirectory(AT_FDCWD, cString(path).address));
    const [home, inner] = [open(directory), open(data)];
    // rename(2) works within a mount only, and `data` may be a mount point.
    return use({ home, data: inner, place: statOf(home).mount === statOf(inner).mount ? home : inner });
  });

const withSource = <Result>(filling: Filling, use: (source: number) => Result): Result | 'absent' =>
  withDescriptors((keep) => {
    const source = openInRoot(filling.root, filling.target);
    return source === undefined ? 'absent' : use(keep(source));
  });

/** Prepares the whole copy; when it is on disk, its directory gets the name COMPLETE. */
const stage = (place: number, source: number, pause: () => void): void =>
  withDescriptors((keep) => {
    const make = (parent: number, name: Room): number => keep(makeDirectory(parent, name));
    const staging = make(place, STAGING);
    copyTree(source, { copy: make(staging, COPY), links: make(staging, LINKS), pause });
    copyAttributes(source, statOf(source), make(staging, SELF));
    removeEntry(staging, LINKS);
    must('syncfs', staging);
    must('renameat2', place, STAGING.address, place, COMPLETE.address, 0);
  });

/** May be repeated after a kill at any point. */
const publish = (place: number, data: number): 'copied' =>
  withDescriptors((keep) => {
    const open = (parent: number, name: Room): number => keep(openDirectory(parent, name.address));
    const complete = open(place, COMPLETE);
    moveEntries(open(complete, COPY), data);
    const self = open(complete, SELF);
    copyAttributes(self, statOf(self), data);
    // The contents are on disk already.
    must('fsync', data);
    must('renameat2', place, COMPLETE.address, place, STAGING.address, 0);
    removeEntry(place, STAGING);
    return 'copied';
  });

const makeDirectory = (parent: number, name: Room): number => {
  must('mkdirat', parent, name.address, 0o700);
  const fd = openDirectory(parent, name.address);
  // acl(5): new entries inherit the default list of their directory.
  fileCall('fremovexattr', fd, DEFAULT_ACL.address);
  return fd;
};

const isThere = (parent: number, name: Room): boolean => {
  const fd = mustOr([ENOENT], 'openat', parent, name.address, DIRECTORY, 0);
  if (fd >= 0) close(fd);
  return fd >= 0;
};

/** flock(2). */
const tryLock = (fd: number): boolean => mustOr([EAGAIN], 'flock', fd, LOCK_EX_NB) === 0;

const LOCK_EX_NB = 2 | 4;

/** Milliseconds. */
const LOCK_INTERVAL = 20;
const SLEEPER = new Int32Array(new SharedArrayBuffer(4));

/** A copy in preparation, and a complete one whose entries are being moved. */
const STAGING = cString('.first-copy.new');
const COMPLETE = cString('.first-copy');

const COPY = cString('copy');
const LINKS = cString('links');
/** Empty, with the attributes of the copied directory. */
const SELF = cString('self');

const DEFAULT_ACL = cString('system.posix_acl_default');
const ENOENT = errnoNumber('ENOENT');
const EAGAIN = errnoNumber('EAGAIN');
