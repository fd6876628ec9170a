import type { ModelPath } from '../../base/diagnostic.ts';
import type { SharedNamespaces } from '../../container/facts.ts';
import type { OciNamespace } from '../../container/oci.ts';
import type { Ref } from '../../kernel/program.ts';
import type { Service } from '../../project/model/project.ts';
import type { Namespace } from '../../project/scalars/namespaces.ts';
import type { ContainerRecord, ProjectRecord } from '../supervisor/record/project-record.ts';
import { standing } from '../supervisor/record/replaced.ts';

/** One namespace of another container, and where the file asks for it. */
type Share = { readonly type: OciNamespace; readonly container: string; readonly from: ModelPath };

/** The namespaces of a container that are not its own, those of one owner together. */
export const sharedNamespaces = (
  project: ProjectRecord,
  record: ContainerRecord,
): readonly SharedNamespaces[] => {
  const { namespaces } = record.definition;
  if (!namespaces) return [];
  const host = entriesOf(namespaces).flatMap(([type, { kind }]) => (kind === 'host' ? [type] : []));
  const shares = sharesOf(project, record);
  const owners = [...new Set(shares.map(({ container }) => container))];
  return [
    ...(host.length > 0 ? [{ name: 'the host', types: host }] : []),
    ...owners.map((name) => ({
      name,
      holder: holderOf(name),
      types: shares.filter(({ container }) => container === name).map(({ type }) => type),
    })),
  ];
};

/** What a container shares with other containers, each with its place in the model. */
export const sharesOf = (
  project: ProjectRecord,
  { service, definition }: ContainerRecord,
): readonly Share[] =>
  entriesOf(definition.namespaces ?? {}).flatMap(([type, namespace]): readonly Share[] => {
    const from = `services.${service}.${type}`;
    if (namespace.kind === 'container') return [{ type, container: namespace.name, from }];
    return namespace.kind === 'service'
      ? [{ type, container: containerOf(project, namespace.name), from }]
      : [];
  });

const entriesOf = (namespaces: NonNullable<Service['namespaces']>) =>
  Object.entries(namespaces) as readonly (readonly [keyof typeof namespaces, Namespace])[];

/** The first container of a service; names of services are no names of containers. */
const containerOf = (project: ProjectRecord, service: string): string =>
  standing(project).find((one) => one.service === service && !one.oneOff)?.name ?? service;

/** What its Program calls the process whose namespaces it takes. */
export const holderOf = (container: string): Ref => `$of.${container}`;
