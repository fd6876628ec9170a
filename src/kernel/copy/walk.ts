import { cString, type Room } from '../ffi/files.ts';
import { errnoNumber } from '../program/errno.ts';
import { CallError, close, must } from './call.ts';
import { DirectoryReader } from './directory-reader.ts';
import { openDirectory } from './open-directory.ts';
import { statOf } from './stat.ts';

/** Open directories of the same path, one in each tree that is walked. The entries are those of the first one. */
export type Directories = readonly number[];

export type Visitor = {
  /**
   * Called for each entry, by its directories, the address of its name, and its type (DT_REG …). For a directory to
   * walk it returns new descriptors, which the walk closes.
   */
  readonly visit: (above: Directories, name: number, type: number) => Directories | undefined;
  /** Called after the last entry of a directory. */
  readonly leave: (directories: Directories, above: Directories, name: Room) => void;
};

/**
 * Walks directories by descriptors alone, to any depth and with any number of entries, in bounded memory: directories
 * far above the current one are closed, and later opened again as `..`, if that is still the same directory. Throws the
 * CallErrors of the visitor with the path below the top. The descriptors of the top stay open.
 */
export const walk = (top: Directories, { visit, leave }: Visitor): void => {
  const levels: Level[] = [{ name: NO_NAME, directories: top, reader: new DirectoryReader() }];
  const spare: DirectoryReader[] = [];

  const enter = (name: Room, directories: Directories): void => {
    levels.push({ name, directories, reader: spare.pop()?.reset() ?? new DirectoryReader() });
    const far = levels.at(-OPEN_LEVELS - 1);
    if (far?.reader && far !== levels[0]) spare.push(park(far));
  };

  const goUp = (): void => {
    const level = levels.at(-1)!;
    const above = levels.at(-2);
    if (above) {
      if (!above.reader) resume(above, level.directories, spare.pop()?.reset() ?? new DirectoryReader());
      leave(level.directories, above.directories, level.name);
      level.directories.forEach(close);
    }
    spare.push(level.reader!);
    levels.pop();
  };

  let visited: DirectoryReader | undefined;
  try {
    for (let level = levels.at(-1); level; level = levels.at(-1)) {
      const { directories } = level;
      const reader = level.reader!;
      visited = undefined;
      if (!reader.advance(directories[0]!)) {
        goUp();
        continue;
      }
      visited = reader;
      const inner = visit(directories, reader.name, reader.type);
      if (inner) enter(reader.keepName(), inner);
    }
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    const names = levels.slice(1).map(({ name }) => name);
    error.path = pathOf(visited ? [...names, visited.keepName()] : names);
    throw error;
  } finally {
    for (const { directories } of levels.slice(1)) directories.forEach(close);
  }
};

type Level = {
  readonly name: Room;
  /** Empty while the level is parked. */
  directories: Directories;
  /** None while the level is parked. */
  reader?: DirectoryReader | undefined;
  parked?: { readonly identities: readonly string[]; readonly position: bigint };
};

/** Closes a level, and returns its reader for another one. */
const park = (level: Level): DirectoryReader => {
  const reader = level.reader!;
  level.parked = {
    identities: level.directories.map((fd) => statOf(fd).identity()),
    position: reader.position,
  };
  level.directories.forEach(close);
  level.directories = [];
  level.reader = undefined;
  return reader;
};

/** Opens a parked level again, from below. */
const resume = (level: Level, below: Directories, reader: DirectoryReader): void => {
  const { identities, position } = level.parked!;
  const opened: number[] = [];
  level.directories = opened;
  level.reader = reader;
  for (const [tree, fd] of below.entries()) {
    const parent = openDirectory(fd, UP.address);
    opened.push(parent);
    // The directory below was moved: what is above it now may lie anywhere.
    if (statOf(parent).identity() !== identities[tree]) throw new CallError('openat', ESTALE);
  }
  must('lseek', opened[0]!, position, SEEK_SET);
};

/** Below the top. */
const pathOf = (names: readonly Room[]): string =>
  names.map(({ bytes }) => bytes.toString('utf8', 0, bytes.length - 1)).join('/');

const OPEN_LEVELS = 64;
const UP = cString('..');
const NO_NAME = cString('');
const SEEK_SET = 0;
const ESTALE = errnoNumber('ESTALE');
