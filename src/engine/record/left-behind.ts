import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { created } from '../../base/status.ts';
import { cgroupDirectory } from '../../container/cgroups/hierarchies.ts';
import type { CgroupLayout } from '../../kernel/cgroup.ts';
import type { Service } from '../../project/model/project.ts';
import { directoriesIn, membersOf } from '../cgroups/members.ts';
import { projectCgroup } from '../context/identifiers.ts';
import type { ProjectPaths } from '../directories/project-paths.ts';
import { isAlive, readLife } from './life.ts';
import type { ContainerRecord } from './project-record.ts';

/**
 * Containers of a project without a record, found by their life files and cgroups. The result is enough to stop and
 * remove them.
 */
export const containersLeft = (
  project: string,
  paths: ProjectPaths,
  layout: CgroupLayout,
): readonly ContainerRecord[] => {
  const inCgroups = layout.hierarchies
    .flatMap((hierarchy) => directoriesIn(cgroupDirectory(hierarchy, projectCgroup(project))))
    .filter((name) => membersOf(layout, { path: `${projectCgroup(project)}/${name}` }).length > 0);
  const inRun = directoriesIn(paths.containers).filter((name) => !inCgroups.includes(name));
  return [
    ...[...new Set(inCgroups)].map((name) => containerLeft(paths, name, undefined)),
    ...inRun.flatMap((name) => {
      const parent = parentOf(paths.container(name).life, name);
      return parent === undefined ? [] : [containerLeft(paths, name, parent)];
    }),
  ];
};

/** Names of containers with a layer or a log. */
export const statesLeft = ({ layers, logs }: ProjectPaths): readonly string[] => [
  ...new Set([...namesIn(layers), ...namesIn(logs).map((name) => name.replace(/\.\w+$/, ''))]),
];

// With `cgroup_parent` the container's cgroup is elsewhere, under the container's name.
const parentOf = (lifeFile: string, name: string): string | undefined => {
  const life = readLife(lifeFile);
  if (!life || !isAlive(life)) return undefined;
  const cgroups = readFileSync(`/proc/${life.pid}/cgroup`, 'utf8').split('\n');
  const paths = cgroups.map((line) => `${line.split(':').slice(2).join(':')}/`);
  const path = paths.find((one) => one.includes(`/${name}/`));
  return path?.slice(1, path.indexOf(`/${name}/`));
};

const containerLeft = (
  paths: ProjectPaths,
  name: string,
  cgroupParent: string | undefined,
): ContainerRecord => ({
  id: name,
  name,
  service: name,
  number: 1,
  oneOff: false,
  configHash: '',
  definition: {
    ...(STOPPABLE as Partial<Service> as Service),
    tty: !existsSync(`${paths.container(name).run}/stdout`),
    ...(cgroupParent === undefined ? {} : { cgroupParent }),
  },
  created: Date.now(),
  addresses: {},
  runner: 'direct',
  ...created(),
});

/** The part of a definition that stopping and removing a container needs. */
const STOPPABLE = {
  stopSignal: 'SIGTERM',
  stopGracePeriod: 10_000,
  entrypoint: null,
  command: null,
  networks: {},
  dependsOn: {},
  labels: {},
  // Its images are unknown, and it can do without a hold on them until it is removed.
  rootfs: { kind: 'host' },
  mounts: [],
  // The controllers and the owner of the PID namespace are unknown.
  limits: { cpuset: '', blockIo: { devices: [] } },
  namespaces: { pid: { kind: 'host' } },
} as const satisfies Partial<Service>;

const namesIn = (directory: string): readonly string[] => {
  try {
    // A container name begins with a letter or a digit; the overlay probe of a killed supervisor does not.
    return readdirSync(directory).filter((name) => !name.startsWith('.'));
  } catch {
    return [];
  }
};
