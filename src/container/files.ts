import { call, inside, onHost, type Step } from '../kernel/program.ts';

/** Steps that more than one facility needs: a file with one line in it, a directory that may be there already. */

export const writeOnHost = (
  path: string,
  text: string,
  why: string,
  details: Partial<Step> = {},
): readonly Step[] => write(onHost, path, 'O_WRONLY|O_CLOEXEC', text, why, details);

export const createOnHost = (path: string, text: string, why: string): readonly Step[] => {
  const undo = call('unlinkat', 'AT_FDCWD', path, '');
  return write(onHost, path, 'O_WRONLY|O_CREAT|O_TRUNC|O_CLOEXEC', text, why, { undo });
};

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

/** A directory made on the host, and removed again if the start fails unless others share it. */
export const directoryOnHost = (
  path: string,
  why: string,
  fate: 'undone' | 'kept' = 'undone',
  mode = 0o755,
): Step =>
  onHost(why, call('mkdirat', 'AT_FDCWD', path, mode), {
    tolerate: 'EEXIST',
    ...(fate === 'undone' ? { undo: call('unlinkat', 'AT_FDCWD', path, 'AT_REMOVEDIR') } : {}),
  });

/** The directories of an absolute path, outermost first, for what mkdir(1) calls `-p`. */
export const ancestors = (path: string): readonly string[] => {
  const names = path.split('/').filter(Boolean);
  return names.map((_, index) => `/${names.slice(0, index + 1).join('/')}`);
};

const write = (
  on: typeof onHost,
  path: string,
  flags: string,
  text: string,
  why: string,
  details: Partial<Step>,
): readonly Step[] => {
  const file = nameOf(path);
  const { from } = details;
  const origin = from === undefined ? {} : { from };
  return [
    on(why, call('openat', 'AT_FDCWD', path, flags, 0o644), { ...details, as: file }),
    on(why, call('write', `$${file}`, text), origin),
    on(why, call('close', `$${file}`)),
  ];
};

/** `/proc/sys/kernel/shmmax` → `shmmax`: what the descriptor is called in the Program. */
const nameOf = (path: string): string =>
  path
    .split('/')
    .at(-1)!
    .replace(/[^a-zA-Z0-9]+/g, '_');
