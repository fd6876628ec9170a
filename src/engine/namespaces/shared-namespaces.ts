import type { ModelPath } from '../../base/diagnostic.ts';
import type { SharedNamespaces } from '../../container/facts.ts';
import type { OciNamespace } from '../../container/oci.ts';
import type { Ref } from '../../kernel/program/program.ts';
import { keyOf } from '../../project/model/key-of.ts';
import type { Service } from '../../project/model/project.ts';
import type { Namespace } from '../../project/scalars/namespaces.ts';
import { firstRunningOf } from '../record/first-container.ts';
import type { ContainerRecord, ProjectRecord } from '../record/project-record.ts';
import { standing } from '../record/replaced.ts';

/** One namespace of another container, and its position in the file. */
type Share = { readonly type: OciNamespace; readonly container: string; readonly from: ModelPath };

/** The shared namespaces of a container, grouped by their owner. */
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

/** The namespaces that a container shares with others, each with its position in the model. */
export const sharesOf = (
  project: ProjectRecord,
  { service, definition }: ContainerRecord,
): readonly Share[] =>
  entriesOf(definition.namespaces ?? {}).flatMap(([type, namespace]): readonly Share[] => {
    const from = `services.${service}.${keyOf(type)}`;
    if (namespace.kind === 'container') return [{ type, container: namespace.name, from }];
    return namespace.kind === 'service'
      ? [{ type, container: containerOf(project, namespace.name), from }]
      : [];
  });

const entriesOf = (namespaces: NonNullable<Service['namespaces']>) =>
  Object.entries(namespaces) as readonly (readonly [keyof typeof namespaces, Namespace])[];

/** The first container of a service that runs; a service name is not a container name. */
const containerOf = (project: ProjectRecord, service: string): string =>
  firstRunningOf(standing(project), service)?.name ?? service;

/**
 * The container whose network namespace another one takes: what is in its /etc is that of both. Undefined if it is of
 * another project, or has its own or that of the host.
 */
export const networkHolder = (
  project: ProjectRecord,
  record: ContainerRecord,
): ContainerRecord | undefined => {
  const share = sharesOf(project, record).find(({ type }) => type === 'network');
  const holder = share && project.containers[share.container];
  return holder && (networkHolder(project, holder) ?? holder);
};

/** The name of the owner's process in the Program. */
export const holderOf = (container: string): Ref => `$of.${container}`;
