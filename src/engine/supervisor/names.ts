import { createHash, randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { Cgroup } from '../../container/cgroups/cgroups.ts';
import { controllersOf } from '../../container/cgroups/limit-table.ts';
import type { ContainerRecord } from './record/project-record.ts';

/** An interface's name has at most 15 characters; ours begin with `tsc`, so that people know whose they are. */
export const interfaceName = (what: string): string =>
  `tsc${createHash('sha256').update(what).digest('hex').slice(0, 12)}`;

/** Its first twelve digits are a host name, and one of decimal digits alone is taken for an address: try again. */
export const containerId = (random: (size: number) => Buffer = randomBytes): string => {
  const id = random(32).toString('hex');
  return /^\d{12}/.test(id) ? containerId(random) : id;
};

export const containerName = (project: string, service: string, number: number): string =>
  `${project}-${service}-${number}`;

/** The cgroup below the root of each hierarchy that all of ours are in, but those with a `cgroup_parent`. */
export const OURS = 'tscompose';

/** One for all containers of a project. */
export const projectCgroup = (project: string): string => `${OURS}/${project}`;

/** One for each container. */
export const cgroupOf = (project: string, { name, definition }: ContainerRecord): Cgroup => ({
  path: `${definition.cgroupParent ?? projectCgroup(project)}/${name}`,
  controllers: controllersOf(definition.limits),
});

/** That of the machine where it shares it, the name that is asked for, or Docker's: the first twelve digits of the id. */
export const hostnameOf = ({ id, definition }: Pick<ContainerRecord, 'id' | 'definition'>): string =>
  definition.namespaces?.uts?.kind === 'host' ? hostname() : (definition.hostname ?? id.slice(0, 12));
