import { call, inside, type onHost, type Step } from '../kernel/program.ts';

/** Steps that more than one facility needs: a file with one line in it, a directory that may be there already. */

/** The descriptor is closed by execve(2), like all of them. */
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

/** A file that need not exist on every kernel, and that nobody has asked for. */
export const writeIfThere = (path: string, text: string, why: string): readonly Step[] =>
  writeInside(path, text, why, {}, { tolerate: 'ENOENT', skip: 1 });

/** A file that the supervisor removes again if the start fails. */
export const createInside = (path: string, text: string, why: string): readonly Step[] => [
  inside(why, call('openat', 'AT_FDCWD', path, 'O_WRONLY|O_CREAT|O_TRUNC|O_CLOEXEC', 0o644), {
    as: nameOf(path),
    undo: call('unlinkat', 'AT_FDCWD', path, ''),
  }),
  inside(why, call('write', `$${nameOf(path)}`, text)),
];

/** A directory, removed again if the start fails unless others share it. */
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

/** The directories of an absolute path, outermost first, for what mkdir(1) calls `-p`. */
export const ancestors = (path: string): readonly string[] => {
  const names = path.split('/').filter(Boolean);
  return names.map((_, index) => `/${names.slice(0, index + 1).join('/')}`);
};

/** `/proc/sys/kernel/shmmax` → `shmmax`: what the descriptor is called in the Program. */
const nameOf = (path: string): string => {
  const file = path.slice(path.lastIndexOf('/') + 1);
  const known = names.get(file);
  if (known !== undefined) return known;
  const name = file.replace(/[^a-zA-Z0-9]+/g, '_');
  names.set(file, name);
  return name;
};

/** Of files that are the kernel's or ours: there are not many. */
const names = new Map<string, string>();
