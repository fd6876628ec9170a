import { closeSync, constants, existsSync, fstatSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { ETC_FILES } from '../../container/root/etc.ts';
import { execute } from '../../kernel/launch/execute.ts';
import { errnoName } from '../../kernel/program/errno.ts';
import { call } from '../../kernel/program/program.ts';
import type { ContainerPaths } from '../directories/project-paths.ts';
import { readLife } from '../record/life.ts';

export type EtcFile = (typeof ETC_FILES)[number];

/**
 * Opens a file of /etc of a running container for writing, if nothing but the process leads to it. What is found in
 * the container's root is used only if it is on the file system that was made for these files. Throws an error of Node.
 */
export const openEtcFile = (
  { run, life }: Pick<ContainerPaths, 'run' | 'life'>,
  pid: number,
  file: EtcFile,
): number => {
  // Containers that an earlier version has started have the files in the run directory.
  const own = join(run, file);
  if (existsSync(own)) return openForWriting(own);
  const found = lookUp(pid, file);
  try {
    const { dev } = fstatSync(found);
    if (dev !== readLife(life)?.etcDevice) throw errorOf('ESTALE', file);
    return openForWriting(`/proc/self/fd/${found}`);
  } finally {
    closeSync(found);
  }
};

/** ioctl_iflags(2): removes immutable, append-only and other flags, if the file system has them. */
export const clearFlags = (fd: number): void =>
  void execute(call('ioctl', fd, 'FS_IOC_SETFLAGS', '\0\0\0\0\0\0\0\0'));

const lookUp = (pid: number, file: EtcFile): number => {
  const root = openSync(`/proc/${pid}/root`, O_PATH | constants.O_DIRECTORY);
  try {
    const found = execute(
      call('openat2', root, `etc/${file}`, {
        flags: 'O_PATH|O_NOFOLLOW|O_CLOEXEC',
        resolve: 'RESOLVE_IN_ROOT|RESOLVE_NO_MAGICLINKS',
      }),
    );
    if (found < 0) throw errorOf(errnoName(-found), file);
    return found;
  } finally {
    closeSync(root);
  }
};

// fcntl(2): with O_NONBLOCK, a lease that the container holds does not block open(2).
const openForWriting = (path: string): number => {
  try {
    return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error;
    const immutable = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    clearFlags(immutable);
    closeSync(immutable);
    return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  }
};

const errorOf = (code: string, file: EtcFile): NodeJS.ErrnoException =>
  Object.assign(new Error(`${code}: /etc/${file} is not the file of the container's start`), { code });

/** Node does not export it. */
const O_PATH = 0o10000000;
