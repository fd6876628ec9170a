import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Observed } from '../observed.ts';
import type { ContainerDecision } from './decisions.ts';

/** An error for every new container whose name another container has. */
export const nameProblems = (
  decisions: readonly ContainerDecision[],
  { containers }: Observed,
): readonly Diagnostic[] => {
  const owners = new Map(containers.map((container) => [container.name, container]));
  return decisions.flatMap(({ ref, service, fate, observed }): readonly Diagnostic[] => {
    const owner = owners.get(ref.container);
    if ((fate !== 'create' && fate !== 'recreate') || !owner || owner === observed) return [];
    return [
      {
        severity: 'error',
        code: 'name-in-use',
        message: `the container name \`${ref.container}\` is in use by service \`${owner.service}\``,
        from: `services.${service.name}.container_name`,
        help: `choose another name, or remove that container first: \`tscompose down ${owner.service}\``,
      },
    ];
  });
};
