import { closeSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type ModelPath, Problem } from '../base/diagnostic.ts';
import type { SharedNamespaces } from '../container/facts.ts';
import type { OciNamespace } from '../container/oci.ts';
import { openPidfd } from '../kernel/ffi/process.ts';
import type { Values } from '../kernel/launch.ts';
import type { Ref } from '../kernel/program.ts';
import type { Service } from '../project/model/project.ts';
import type { Namespace } from '../project/scalars/namespaces.ts';
import type { ProjectPaths } from './paths.ts';
import { type ContainerRecord, isAlive, type Life, type ProjectRecord, readLife } from './state.ts';

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

/**
 * Descriptors of the processes whose namespaces a container takes, as values of its Program. They are those of the
 * containers that are meant: a pidfd cannot come to mean another process, and is checked once it is open.
 */
export const openHolders = (
  { paths, record }: { readonly paths: ProjectPaths; readonly record: ProjectRecord },
  container: ContainerRecord,
): Values => {
  const opened: Record<Ref, number> = {};
  for (const { container: name, from } of sharesOf(record, container)) {
    if (holderOf(name) in opened) continue;
    const life = findLife(paths, name);
    const pidfd = life && openPidfd(life.pid);
    if (life && pidfd !== undefined && isAlive(life)) opened[holderOf(name)] = pidfd;
    else {
      closeHolders(pidfd === undefined ? opened : { ...opened, $closed: pidfd });
      throw new Problem({
        severity: 'error',
        code: 'not-running',
        message: `${container.service} could not start: the container \`${name}\`, whose namespace it takes, is not running`,
        from,
      });
    }
  }
  return opened;
};

export const closeHolders = (opened: Values): void => {
  for (const fd of Object.values(opened)) closeSync(fd);
};

/** Whether a container of this name runs, be it of this project or of another one on this machine. */
export const isContainerAlive = (paths: ProjectPaths, name: string): boolean => {
  const life = findLife(paths, name);
  return life !== undefined && isAlive(life);
};

const sharesOf = (project: ProjectRecord, { service, definition }: ContainerRecord): readonly Share[] =>
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
const containerOf = ({ containers }: ProjectRecord, service: string): string =>
  Object.values(containers).find((one) => one.service === service && !one.oneOff)?.name ?? service;

const holderOf = (container: string): Ref => `$of.${container}`;

const findLife = (paths: ProjectPaths, name: string): Life | undefined =>
  readLife(paths.container(name).life) ??
  otherProjects(paths)
    .map((run) => readLife(join(run, 'containers', name, 'life.json')))
    .find((life) => life !== undefined);

const otherProjects = ({ run }: ProjectPaths): readonly string[] =>
  readdirSync(dirname(run)).map((project) => join(dirname(run), project));
