import { createHash, randomBytes } from 'node:crypto';
import type { ContainerRecord } from './state.ts';

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

/** Below the root of every cgroup hierarchy, one for each container. */
export const cgroupName = (project: string, container: string): string => `tscompose/${project}/${container}`;

/** The name that is asked for, or Docker's: the first twelve digits of the id. */
export const hostnameOf = ({ id, definition }: Pick<ContainerRecord, 'id' | 'definition'>): string =>
  definition.hostname ?? id.slice(0, 12);
