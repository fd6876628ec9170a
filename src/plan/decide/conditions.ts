import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Dependency, Project, Service } from '../../project/model/project.ts';
import { conditionOf } from '../conditions.ts';

/** An error for every edge of the selected services whose condition can never be satisfied. */
export const conditionProblems = (
  { services }: Project,
  selected: ReadonlySet<string>,
  dependant?: Service,
): readonly Diagnostic[] =>
  [...[...selected].map((name) => services[name]!), ...(dependant ? [dependant] : [])].flatMap(
    ({ name, dependsOn }) =>
      Object.entries(dependsOn).flatMap(([dependency, edge]) => {
        const service = services[dependency];
        const why = service && selected.has(dependency) ? reasonAgainst(edge, service) : undefined;
        if (!why) return [];
        const from = `services.${name}.depends_on.${dependency}.condition`;
        return [{ severity: 'error', code: 'conflicting-keys', from, ...why } as const];
      }),
  );

const reasonAgainst = (
  edge: Dependency,
  { name, healthcheck, restart }: Service,
): Pick<Diagnostic, 'message' | 'help'> | undefined => {
  const condition = conditionOf(edge);
  // The wait for an optional one ends at once, with a warning.
  if (condition === 'healthy' && !healthcheck && edge.required)
    return {
      message: `service \`${name}\` has no health check, so it never becomes healthy`,
      help: `add a \`healthcheck\` to ${name}, or use \`condition: service_started\``,
    };
  if (condition === 'completed' && restart && restart.kind !== 'on-failure')
    return {
      message: `service \`${name}\` is started again whenever it exits, so it never completes`,
      help: `set \`restart: on-failure\` for ${name}, or remove its \`restart\``,
    };
  return undefined;
};
