import type { Dependency, Service } from '../project/model/project.ts';
import { type Condition, type Conditioned, conditionOf, standing } from './conditions.ts';
import type { ContainerRef, Planner } from './plan.ts';

/** The wait operations of a plan. */
export type Waits = {
  /** The operations behind which a dependant starts: a wait, unless the edge is satisfied by those before. */
  readonly behind: (edge: Dependency, dependency: Awaited, before: readonly number[]) => readonly number[];
  /** Waits for a container because the caller does. */
  readonly add: (condition: Condition, container: Awaited, before: readonly number[]) => void;
};

export type Awaited = {
  readonly ref: ContainerRef;
  /** The container, if no operation changes its state. */
  readonly staying: Conditioned | undefined;
};

/**
 * Each wait is added once, with the services that start behind it as its cause. `allOptional`: they go on without a
 * dependency that fails, whatever its edge says.
 */
export const openWaits = (
  plan: Planner,
  starting: Iterable<Pick<Service, 'name' | 'dependsOn'>>,
  allOptional = false,
): Waits => {
  const users = usersOfEdges(starting);
  const added = new Map<string, number>();
  const isAwaited = (condition: Condition, { ref }: Awaited): boolean =>
    added.has(keyOf(condition, true, ref.container));
  return {
    behind: (edge, dependency, before) => {
      const condition = conditionOf(edge);
      if (condition === undefined || isSatisfied(condition, dependency)) return before;
      const { ref } = dependency;
      const key = keyOf(condition, edge.required, ref.container);
      const known = added.get(key);
      if (known !== undefined) return [known];
      const names = [...(users.get(keyOf(condition, edge.required, ref.service)) ?? [])];
      const optional = edge.required && !allOptional ? {} : { optional: true };
      const id = plan.add(
        { ...ref, verb: 'wait', condition, ...optional },
        `needed by ${names.join(', ')}`,
        before,
      );
      added.set(key, id);
      return [id];
    },
    add: (condition, container, before) => {
      if (isSatisfied(condition, container)) return;
      if (isAwaited('healthy', container) || isAwaited('completed', container)) return;
      plan.add({ ...container.ref, verb: 'wait', condition }, 'asked for', before);
    },
  };
};

const isSatisfied = (condition: Condition, { staying }: Awaited): boolean =>
  staying !== undefined && standing(condition, staying) === 'satisfied';

/** The services behind each kind of edge to a service. */
const usersOfEdges = (
  services: Iterable<Pick<Service, 'name' | 'dependsOn'>>,
): ReadonlyMap<string, ReadonlySet<string>> => {
  const users = new Map<string, Set<string>>();
  for (const { name, dependsOn } of services)
    for (const [dependency, edge] of Object.entries(dependsOn)) {
      const condition = conditionOf(edge);
      if (condition === undefined) continue;
      const key = keyOf(condition, edge.required, dependency);
      const names = users.get(key);
      if (names) names.add(name);
      else users.set(key, new Set([name]));
    }
  return users;
};

const keyOf = (condition: Condition, isRequired: boolean, name: string): string =>
  `${condition} ${isRequired} ${name}`;

/** The services that others want to complete: their containers need not run again once they have exited with 0. */
export const oneShots = (services: Iterable<Pick<Service, 'dependsOn'>>): ReadonlySet<string> =>
  new Set(
    [...services].flatMap(({ dependsOn }) =>
      Object.entries(dependsOn).flatMap(([name, edge]) => (conditionOf(edge) === 'completed' ? [name] : [])),
    ),
  );

/** The condition that a waiting caller sets for a service's containers. */
export const wantedOf = (service: string, shots: ReadonlySet<string>): Condition =>
  shots.has(service) ? 'completed' : 'running';
