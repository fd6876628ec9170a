import {
  type Call,
  call,
  inside,
  type OpenHow,
  type onHost,
  type Step,
} from '../../kernel/program/program.ts';

/** Writes a text to an existing file. The descriptor is close-on-exec, like all others. */
export const writeInside = (
  path: string,
  text: string,
  why: string,
  origin: Pick<Step, 'from'> = {},
  details: Partial<Step> = {},
): readonly Step[] => [
  inside(why, call('openat', 'AT_FDCWD', path, 'O_WRONLY|O_CLOEXEC', 0), {
    ...origin,
    ...details,
    as: nameOf(path),
  }),
  inside(why, call('write', `$${nameOf(path)}`, text), origin),
];

/** Writes a text to a file that some kernels do not have, for a default that no key asks for. */
export const writeIfThere = (path: string, text: string, why: string): readonly Step[] =>
  writeInside(path, text, why, {}, { tolerate: 'ENOENT', skip: 1 });

/** Creates a directory; the supervisor removes it if the start fails, unless it is shared. */
export const directory = (
  on: typeof onHost | typeof inside,
  path: string,
  why: string,
  { mode = 0o755, isShared = false } = {},
): Step =>
  on(why, call('mkdirat', 'AT_FDCWD', path, mode), {
    tolerate: 'EEXIST',
    ...(isShared ? {} : { undo: call('unlinkat', 'AT_FDCWD', path, 'AT_REMOVEDIR') }),
  });

/**
 * A path of the container, after its root has changed: through symbolic links, but not through those of /proc to
 * elsewhere. RESOLVE_IN_ROOT would add nothing to that root, take the working directory for the root, and fail with EAGAIN
 * if a mount is made anywhere on the machine during the lookup of a `..`, see openat2(2).
 */
export const FOUND: OpenHow = { flags: 'O_PATH|O_CLOEXEC', resolve: 'RESOLVE_NO_MAGICLINKS' };

/** The same, of a directory. */
export const FOUND_DIRECTORY: OpenHow = { ...FOUND, flags: 'O_PATH|O_DIRECTORY|O_CLOEXEC' };

/** A directory to which no symbolic link leads: what is mounted on it appears there and nowhere else. */
export const REAL_DIRECTORY: OpenHow = {
  ...FOUND_DIRECTORY,
  resolve: `${FOUND.resolve}|RESOLVE_NO_SYMLINKS`,
};

/**
 * Creates a directory of the container if it does not exist. The directory around it is looked up as FOUND: mkdirat(2)
 * with a longer path would follow a link to `/proc/1/root/…` out of the root.
 */
export const directoryInside = (
  path: string,
  why: string,
  origin: Pick<Step, 'from'> = {},
): readonly Step[] => {
  const slash = path.lastIndexOf('/');
  const details = { tolerate: 'EEXIST', ...origin } as const;
  if (slash === 0) return [inside(why, call('mkdirat', 'AT_FDCWD', path, 0o755), details)];
  return [
    inside(why, call('openat2', 'AT_FDCWD', path.slice(0, slash), FOUND_DIRECTORY), {
      as: 'parent',
      ...origin,
    }),
    inside(why, call('mkdirat', '$parent', path.slice(slash + 1), 0o755), details),
  ];
};

/** Mounts a new file system on the directory `$target`. mount(2) takes no descriptor, but starts from the working directory. */
export const mountHere = (why: string, mount: Call, origin: Pick<Step, 'from'> = {}): readonly Step[] => [
  inside(why, call('fchdir', '$target'), origin),
  inside(why, mount, origin),
];

/** Comes after the last mountHere: the command starts in this directory if the service names none. */
export const rootAgainStep = inside('the working directory is the root again', call('chdir', '/'));

/** The directories of an absolute path, outermost first, as `mkdir -p` creates them. */
export const ancestors = (path: string): readonly string[] => {
  const names = path.split('/').filter(Boolean);
  return names.map((_, index) => `/${names.slice(0, index + 1).join('/')}`);
};

/** The name of the descriptor in the Program: `shmmax` for `/proc/sys/kernel/shmmax`. */
export const nameOf = (path: string): string => {
  const file = path.slice(path.lastIndexOf('/') + 1);
  const known = names.get(file);
  if (known !== undefined) return known;
  const name = file.replace(/[^a-zA-Z0-9]+/g, '_');
  names.set(file, name);
  return name;
};

/** Stays small, because only a few files of the kernel and of tscompose are written. */
const names = new Map<string, string>();
