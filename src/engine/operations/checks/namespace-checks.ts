import type { Diagnostic } from '../../../base/diagnostic.ts';
import { containerNamesOf, existingNames } from '../../../project/model/container-name.ts';
import { keyOf } from '../../../project/model/key-of.ts';
import type { Project } from '../../../project/model/project.ts';
import type { Context } from '../../context/context.ts';
import { isContainerAlive } from '../../namespaces/namespace-holders.ts';

/** Owners of shared namespaces that neither run nor belong to this project. */
export const namespaceProblems = (
  { paths, record }: Pick<Context, 'paths' | 'record'>,
  project: Project,
): readonly Diagnostic[] => {
  const existing = existingNames(Object.values(record.containers));
  const own = new Set(
    Object.values(project.services).flatMap((one) => containerNamesOf(project, one, existing)),
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
          from: `services.${service.name}.${keyOf(key)}`,
          help: '`service:name` joins the namespace of a service of this file',
        },
      ];
    }),
  );
};
