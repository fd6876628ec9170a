import type { Project, Service } from './project.ts';

/** The number of containers that a service shall have. */
export const replicasOf = ({ replicas = 1 }: Pick<Service, 'replicas'>): number => replicas;

/** More than any machine runs, and few enough for a plan. */
export const MOST_REPLICAS = 10_000;

/** The numbers of the containers that are still to be made, so that there are `count`: the smallest that are free. */
export const newNumbers = (taken: readonly number[], count: number): readonly number[] => {
  const numbers = new Set(taken);
  const made: number[] = [];
  for (let number = 1; made.length < count - taken.length; number++)
    if (!numbers.has(number)) made.push(number);
  return made;
};

/** The project with other numbers of containers, by service. */
export const scaled = (project: Project, scale: ReadonlyMap<string, number>): Project => ({
  ...project,
  services: Object.fromEntries(
    Object.entries(project.services).map(([name, service]) => {
      const replicas = scale.get(name) ?? service.replicas;
      return [name, replicas === undefined ? service : { ...service, replicas }];
    }),
  ),
});
