import { closeSync, fstatSync, readlinkSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { OciConfig, OciMount } from '../../container/oci.ts';
import { commandPaths } from '../../container/process/command.ts';
import { execute } from '../../kernel/launch/execute.ts';
import { errnoName } from '../../kernel/program/errno.ts';
import { call } from '../../kernel/program/program.ts';

/** The expected result of execve(2); `unknown` if only the start can tell. */
export type Finding = 'found' | 'ENOENT' | 'EACCES' | 'unknown';

/**
 * Looks for the command of a container before its start, in its root and its mounts. The interpreter of a script and
 * the permissions of a user are not checked. `root` may hold more than the container's root will.
 */
export const findCommand = (
  { process, mounts }: Pick<OciConfig, 'process' | 'mounts'>,
  root: string,
): Finding => {
  for (const path of commandPaths(process)) {
    const found = lookUp({ root, mounts }, resolve('/', process.cwd, path));
    if (found !== 'ENOENT') return found;
  }
  return 'ENOENT';
};

type Tree = { readonly root: string; readonly mounts: readonly OciMount[] };

const lookUp = (tree: Tree, path: string): Finding => {
  const { base, at } = placeOf(tree, path);
  if (base === undefined) return 'unknown';
  const opened: number[] = [];
  const open = (from: number | 'AT_FDCWD', what: string, flags: string, resolve: string): number => {
    const fd = execute(call('openat2', from, what, { flags: `O_PATH|O_CLOEXEC${flags}`, resolve }));
    if (fd >= 0) opened.push(fd);
    return fd;
  };
  try {
    const from = open('AT_FDCWD', base, '', 'RESOLVE_NO_MAGICLINKS');
    if (from < 0) return 'unknown';
    if (path === at) return executable(from);
    const below = path.slice(at === '/' ? 1 : at.length + 1);
    // Links in a mount are resolved from the container's root, and `base` is only a part of it.
    const links = at === '/' ? IN_ROOT : NO_LINKS;
    const parent = open(from, dirname(below), '|O_DIRECTORY', links);
    // A link without a target here may lead to a mount.
    if (parent < 0)
      return isAbsent(open(from, dirname(below), '|O_DIRECTORY', NO_LINKS)) ? 'ENOENT' : 'unknown';
    const real = join(at, pathOf(parent).slice(pathOf(from).length), basename(path));
    if (placeOf(tree, real).at !== at) return lookUp(tree, real);
    const file = open(from, below, '', links);
    if (file >= 0) return executable(file);
    return isAbsent(open(parent, basename(path), '|O_NOFOLLOW', NO_LINKS)) ? 'ENOENT' : 'unknown';
  } finally {
    for (const fd of opened) closeSync(fd);
  }
};

const IN_ROOT = 'RESOLVE_IN_ROOT|RESOLVE_NO_MAGICLINKS';
const NO_LINKS = 'RESOLVE_IN_ROOT|RESOLVE_NO_SYMLINKS';

const isAbsent = (result: number): boolean => result < 0 && errnoName(-result) === 'ENOENT';

/**
 * The mount or root that holds a path: `base` on the host, `at` in the container; no `base` if it is not on the host.
 */
const placeOf = (
  { root, mounts }: Tree,
  path: string,
): { readonly base: string | undefined; readonly at: string } => {
  const around = mounts
    .filter(({ destination }) => path === destination || path.startsWith(`${destination}/`))
    .toSorted((one, other) => one.destination.length - other.destination.length)
    .at(-1);
  if (!around) return { base: root, at: '/' };
  return { base: around.type === 'bind' ? around.source : undefined, at: around.destination };
};

const executable = (fd: number): Finding => {
  const entry = fstatSync(fd);
  return entry.isFile() && (entry.mode & 0o111) !== 0 ? 'found' : 'EACCES';
};

// proc_pid_fd(5): the path of an open file; `/` becomes empty, because the caller appends a slash.
const pathOf = (fd: number): string => readlinkSync(`/proc/self/fd/${fd}`).replace(/^\/$/, '');
