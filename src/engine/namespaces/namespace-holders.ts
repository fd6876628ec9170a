import { closeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Problem } from '../../base/diagnostic.ts';
import { openPidfd } from '../../kernel/ffi/process.ts';
import type { Values } from '../../kernel/launch/launch.ts';
import type { Ref } from '../../kernel/program/program.ts';
import type { Context } from '../context/context.ts';
import type { ProjectPaths } from '../directories/project-paths.ts';
import { namesIfThere } from '../directories/read-if-there.ts';
import { isAlive, type Life, lifeOf, readLife } from '../record/life.ts';
import type { ContainerRecord } from '../record/project-record.ts';
import { holderOf, sharesOf } from './shared-namespaces.ts';

/** Descriptors of the processes whose namespaces a container shares, as values of its Program. */
export const openHolders = (
  { paths, record, running }: Pick<Context, 'paths' | 'record' | 'running'>,
  container: ContainerRecord,
): Values => {
  const opened: Record<Ref, number> = {};
  for (const { container: name, from } of sharesOf(record, container)) {
    if (holderOf(name) in opened) continue;
    const pidfd = openContainer(paths, name, running.get(name)?.pid);
    if (pidfd !== undefined) opened[holderOf(name)] = pidfd;
    else {
      closeHolders(opened);
      throw new Problem({
        severity: 'error',
        code: 'not-running',
        message: `${container.service} could not start: the container \`${name}\`, whose namespace it takes, is not running`,
        from,
      });
    }
  }
  return opened;
};

export const closeHolders = (opened: Values): void => {
  for (const fd of Object.values(opened)) closeSync(fd);
};

/**
 * A pidfd of PID 1 of a container, of this project or of another one; undefined if it does not run. `pid`: its PID in
 * this project. The pidfd is checked after it is opened, because it then always refers to the same process.
 */
export const openContainer = (paths: ProjectPaths, name: string, pid?: number): number | undefined => {
  const life = findLife(paths, name, pid);
  const pidfd = life && openPidfd(life.pid);
  if (life && pidfd !== undefined && isAlive(life)) return pidfd;
  if (pidfd !== undefined) closeSync(pidfd);
  return undefined;
};

/** Whether a container of this name runs, in this project or in another one on this host. */
export const isContainerAlive = (paths: ProjectPaths, name: string): boolean => {
  const life = findLife(paths, name);
  return life !== undefined && isAlive(life);
};

// The life file of a supervised container may be damaged; the container runs all the same.
const findLife = (paths: ProjectPaths, name: string, pid?: number): Life | undefined =>
  readLife(paths.container(name).life) ??
  (pid === undefined ? undefined : lifeOf(pid)) ??
  otherProjects(paths)
    .map((run) => readLife(join(run, 'containers', name, 'life.json')))
    .find((life) => life !== undefined);

const otherProjects = ({ run }: ProjectPaths): readonly string[] =>
  namesIfThere(dirname(run)).map((project) => join(dirname(run), project));
