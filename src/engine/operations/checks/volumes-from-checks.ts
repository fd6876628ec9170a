import type { Diagnostic } from '../../../base/diagnostic.ts';
import { containerNamesOf, existingNames } from '../../../project/model/container-name.ts';
import type { Project } from '../../../project/model/project.ts';
import type { Context } from '../../context/context.ts';
import { containerElsewhere } from '../../record/other-projects.ts';

/** Containers of `volumes_from` that do not exist, running or not, and are not to be created. */
export const volumesFromProblems = (
  { paths, record }: Pick<Context, 'paths' | 'record'>,
  project: Project,
): readonly Diagnostic[] => {
  const existing = existingNames(Object.values(record.containers));
  const own = new Set([
    ...Object.keys(record.containers),
    ...Object.values(project.services).flatMap((one) => containerNamesOf(project, one, existing)),
  ]);
  const elsewhere = containerElsewhere(paths);
  return Object.values(project.services).flatMap(({ name: service, volumesFrom = [] }) =>
    volumesFrom.flatMap(({ kind, name }, index): readonly Diagnostic[] =>
      kind === 'service' || own.has(name) || elsewhere(name)
        ? []
        : [
            {
              severity: 'error',
              code: 'no-container',
              message: `container \`${name}\` does not exist on this machine`,
              from: `services.${service}.volumes_from[${index}]`,
              help: 'create it first, or name a service of this file',
            },
          ],
    ),
  );
};
