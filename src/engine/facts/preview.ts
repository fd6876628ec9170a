import { readFileSync } from 'node:fs';
import { Problem } from '../../base/diagnostic.ts';
import type { Container } from '../../container/facts.ts';
import { BESIDE_SERVICES } from '../../container/resolver.ts';
import { existingNames, firstContainer } from '../../project/model/container-name.ts';
import type { Project, Service } from '../../project/model/project.ts';
import { projectPaths, stateDirectory } from '../directories/project-paths.ts';
import { freeAddresses } from '../networks/addresses.ts';
import { externalNetworks } from '../networks/machine/external.ts';
import { seenAddresses } from '../networks/machine/shared-addresses.ts';
import { planNetworks } from '../networks/plan-networks.ts';
import { containerElsewhere } from '../record/other-projects.ts';
import type { ContainerRecord, ProjectRecord } from '../record/project-record.ts';
import { glance } from '../record/read.ts';
import { volumePaths } from '../volumes/volume-paths.ts';
import { withInherited } from '../volumes/volumes-from.ts';
import { describe } from './describe.ts';
import { hostFacts } from './gather-facts.ts';
import { planHostRoot } from './host-root.ts';
import { networksText } from './networks-text.ts';
import { newContainer } from './new-container.ts';
import { shellLimit } from './shell-limit.ts';

/**
 * The compiler's input for services of a project, as the supervisor would describe them now, without a change and
 * without root. `hostRootPath` is the path of the root of services without a `rootfs`. Throws a Problem if no
 * addresses are free.
 */
export const previewOf = (
  project: Project,
  hostRootPath: string,
): {
  readonly describe: (service: Service) => Container;
  /** The networks of these services, as requests to the kernel. */
  readonly networks: (services: readonly Service[]) => string;
} => {
  const known = recordIfReadable(projectPaths(project.name).record);
  const record = recordOf(project, known);
  const describeContainer = describer(record, hostRootPath);
  const firstOf = firstIn(project, known);
  const containerOf = (service: Service): ContainerRecord => record.containers[firstOf(service).name]!;
  return {
    describe: (service) => describeContainer(containerOf(service)),
    networks: (services) =>
      networksText(
        record,
        services.map((service) => {
          const container = containerOf(service);
          const ports = known?.containers[container.name]?.ports;
          return ports ? { ...container, ports } : container;
        }),
      ),
  };
};

/** The same for the containers of a record. */
export const describer = (
  record: ProjectRecord,
  hostRootPath: string,
): ((container: ContainerRecord) => Container) => {
  const context = {
    paths: projectPaths(record.name),
    record,
    host: hostFacts(shellLimit()),
    hostRoot: planHostRoot(hostRootPath),
    bridges: new Map<string, number>(),
    layersInMemory: false,
    volumes: volumePaths(stateDirectory()),
    names: { resolver: () => BESIDE_SERVICES },
  };
  return (container) => describe(context, container);
};

// The definition comes from the file; a running container contributes only its id and its addresses.
const recordOf = (project: Project, known: ProjectRecord | undefined): ProjectRecord => {
  const external = externalNetworks(project, hostRoutes);
  if (external.problems.length > 0) throw new Problem(...external.problems);
  const base: ProjectRecord = {
    version: 1,
    name: project.name,
    workingDir: project.workingDir,
    files: project.files,
    networks: planNetworks(project, known?.networks ?? {}, hostRoutes(), external.found),
    containers: { ...known?.containers },
  };
  const firstOf = firstIn(project, known);
  const services = Object.values(project.services);
  const addressesOf = freeAddresses(base, services, seenAddresses(project.name));
  for (const service of services) {
    const { number, name } = firstOf(service);
    const existing = known?.containers[name];
    const made = newContainer(
      addressesOf,
      service,
      number,
      name,
      'reexec',
      existing && { replaced: existing },
    );
    const { replaces: _, ...record } = made;
    base.containers[name] = { ...record, id: existing?.id ?? made.id };
  }
  const elsewhere = containerElsewhere(projectPaths(project.name));
  const names = services.map((service) => firstOf(service).name);
  return { ...base, containers: { ...withInherited(base.containers, names, elsewhere) } };
};

/** The first container of a service, also if it is there already. */
export const firstIn = (
  project: Project,
  known: ProjectRecord | undefined,
): ((service: Service) => ReturnType<typeof firstContainer>) => {
  const existing = existingNames(Object.values(known?.containers ?? {}));
  return (service) => firstContainer(project, service, existing);
};

// proc_net(5): addresses in hexadecimal, in host byte order.
const hostRoutes = (): readonly string[] =>
  readFileSync('/proc/net/route', 'latin1')
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, destination, , , , , , mask] = line.split('\t');
      if (destination === undefined || mask === undefined) return [];
      const prefix = Number.parseInt(mask, 16).toString(2).replaceAll('0', '').length;
      return [`${dotted(destination)}/${prefix}`];
    });

const dotted = (hex: string): string =>
  [6, 4, 2, 0].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join('.');

/** Without root the record may not be readable; the result is that of a first `up`. */
export const recordIfReadable = (path: string): ProjectRecord | undefined => {
  try {
    return glance(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EACCES') return undefined;
    throw error;
  }
};
