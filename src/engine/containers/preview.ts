import { readFileSync } from 'node:fs';
import type { Container } from '../../container/facts.ts';
import { containerNameOf, existingNames } from '../../project/model/container-name.ts';
import type { Project, Service } from '../../project/model/project.ts';
import { projectPaths } from '../supervisor/project-paths.ts';
import { freeAddresses, newContainer, planNetworks } from '../supervisor/record/new-records.ts';
import type { ProjectRecord } from '../supervisor/record/project-record.ts';
import { glance } from '../supervisor/record/read.ts';
import { shellLimit } from '../supervisor/shell-limit.ts';
import { describe } from './describe.ts';
import { hostFacts } from './gather-facts.ts';
import { hostLines } from './host-lines.ts';
import { planHostRoot } from './host-root.ts';

/**
 * The compiler's input for services of a project, as the supervisor would describe them now, without a change and
 * without root. `hostRootPath` is the path of the root of services without a `rootfs`. Throws a Problem if no
 * addresses are free.
 */
export const previewOf = (project: Project, hostRootPath: string): ((service: Service) => Container) => {
  const paths = projectPaths(project.name);
  const known = recordIfReadable(paths.record);
  const record = recordOf(project, known);
  const context = {
    paths,
    record,
    host: hostFacts(shellLimit()),
    hostRoot: planHostRoot(hostRootPath),
    bridges: new Map<string, number>(),
    layersInMemory: false,
    hosts: { lines: hostLines(record) },
  };
  const nameOf = namesIn(project, known);
  return (service) => describe(context, record.containers[nameOf(service)]!);
};

// The definition comes from the file; a running container contributes only its id and its addresses.
const recordOf = (project: Project, known: ProjectRecord | undefined): ProjectRecord => {
  const base: ProjectRecord = {
    version: 1,
    name: project.name,
    workingDir: project.workingDir,
    files: project.files,
    networks: planNetworks(project, known?.networks ?? {}, hostRoutes()),
    containers: { ...known?.containers },
  };
  const addressOf = freeAddresses(base);
  const nameOf = namesIn(project, known);
  for (const service of Object.values(project.services)) {
    const name = nameOf(service);
    const made = newContainer(addressOf, service, 1, name, 'reexec');
    base.containers[name] = { ...made, id: known?.containers[name]?.id ?? made.id };
  }
  return base;
};

const namesIn = (project: Project, known: ProjectRecord | undefined): ((service: Service) => string) => {
  const existing = existingNames(Object.values(known?.containers ?? {}));
  return (service) => containerNameOf(project, service, existing.get(service.name));
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

// Without root the record may not be readable; the result is that of a first `up`.
const recordIfReadable = (path: string): ProjectRecord | undefined => {
  try {
    return glance(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EACCES') return undefined;
    throw error;
  }
};
