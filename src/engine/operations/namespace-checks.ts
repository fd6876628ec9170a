import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Project } from '../../project/model/project.ts';
import { isContainerAlive } from '../containers/namespace-holders.ts';
import type { Context } from '../supervisor/context.ts';
import { containerName } from '../supervisor/names.ts';

/** Owners of shared namespaces that neither run nor belong to this project. */
export const namespaceProblems = (
  { paths }: Pick<Context, 'paths'>,
  project: Project,
): readonly Diagnostic[] => {
  const own = new Set(
    Object.values(project.services).map(
      (one) => one.containerName ?? containerName(project.name, one.name, 1),
    ),
  );
  return Object.values(project.services).flatMap((service) =>
    Object.entries(service.namespaces ?? {}).flatMap(([key, namespace]): readonly Diagnostic[] => {
      if (namespace.kind !== 'container' || own.has(namespace.name)) return [];
      if (isContainerAlive(paths, namespace.name)) return [];
      return [
        {
          severity: 'error',
          code: 'no-container',
          message: `container \`${namespace.name}\` is not running on this machine`,
          from: `services.${service.name}.${key}`,
          help: '`service:name` joins the namespace of a service of this file',
        },
      ];
    }),
  );
};
