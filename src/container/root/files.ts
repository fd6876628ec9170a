import { call, inside, type onHost, type Step } from '../../kernel/program.ts';

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

/** The directories of an absolute path, outermost first, as `mkdir -p` creates them. */
export const ancestors = (path: string): readonly string[] => {
  const names = path.split('/').filter(Boolean);
  return names.map((_, index) => `/${names.slice(0, index + 1).join('/')}`);
};

/** The name of the descriptor in the Program: `shmmax` for `/proc/sys/kernel/shmmax`. */
const nameOf = (path: string): string => {
  const file = path.slice(path.lastIndexOf('/') + 1);
  const known = names.get(file);
  if (known !== undefined) return known;
  const name = file.replace(/[^a-zA-Z0-9]+/g, '_');
  names.set(file, name);
  return name;
};

/** Stays small, because only a few files of the kernel and of tscompose are written. */
const names = new Map<string, string>();
