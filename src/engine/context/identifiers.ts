import { createHash, randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { Cgroup } from '../../container/cgroups/hierarchies.ts';
import { controllersOf, guardedBy } from '../../container/cgroups/limit-table.ts';
import type { ContainerRecord } from '../record/project-record.ts';

/** An interface name has at most 15 characters; the prefix `tsc` shows its owner. */
export const interfaceName = (what: string): string =>
  `tsc${createHash('sha256').update(what).digest('hex').slice(0, 12)}`;

/** The first twelve digits are the default host name. Decimal digits alone would be read as an address: try again. */
export const containerId = (random: (size: number) => Buffer = randomBytes): string => {
  const id = random(32).toString('hex');
  return /^\d{12}/.test(id) ? containerId(random) : id;
};

/** The cgroup below the root of each hierarchy; it holds all containers without a `cgroup_parent`. */
export const OURS = 'tscompose';

/** One for all containers of a project. */
export const projectCgroup = (project: string): string => `${OURS}/${project}`;

/** One for each container. */
export const cgroupOf = (project: string, { name, definition }: ContainerRecord): Cgroup => ({
  path: `${definition.cgroupParent ?? projectCgroup(project)}/${name}`,
  controllers: controllersOf(definition.limits),
  guarded: guardedBy(definition.limits),
});

/**
 * The host's name if the UTS namespace is shared, `hostname`, or as in Docker the host's name with its network, else the
 * first twelve digits of the id.
 */
export const hostnameOf = ({ id, definition }: Pick<ContainerRecord, 'id' | 'definition'>): string => {
  const { uts, network } = definition.namespaces ?? {};
  if (uts?.kind === 'host') return hostname();
  return definition.hostname ?? (network?.kind === 'host' ? hostname() : id.slice(0, 12));
};
