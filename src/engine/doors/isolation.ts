import type { NamedProject } from '../../api/client.ts';
import type { Places, Project } from '../../project/model/project.ts';
import { cgroupOf } from '../context/identifiers.ts';
import { loadYaml } from '../devices/cdi/yaml.ts';
import { projectPaths } from '../directories/project-paths.ts';
import { describer } from '../facts/preview.ts';
import { deviceAccessAbove } from '../isolation/device-access.ts';
import { differencesOf } from '../isolation/differences.ts';
import type { Isolation } from '../isolation/facts.ts';
import {
  type Files,
  type Held,
  heldByFile,
  openingsWith,
  type Planned,
  plannedContainers,
} from '../isolation/held.ts';
import { type Machine, readMachine } from '../isolation/machine.ts';
import { plannedIsolation } from '../isolation/planned.ts';
import { runningIsolation } from '../isolation/running.ts';
import { type SharedMount, sharedMounts } from '../isolation/shared-mounts.ts';
import { withSharers } from '../isolation/sharers.ts';
import { liveProcess } from '../record/live-process.ts';
import { checkOwner } from '../record/owner.ts';
import { type ContainerRecord, emptyRecord, type ProjectRecord } from '../record/project-record.ts';
import { glance } from '../record/read.ts';
import { requireRoot } from '../supervisor/require-root.ts';

export type { Difference } from '../isolation/differences.ts';
export type { Isolation, ProcessFacts } from '../isolation/facts.ts';
export type { Held } from '../isolation/held.ts';
export type { PlacedOpening } from '../isolation/placed-openings.ts';
export { recordedProject } from '../isolation/recorded-project.ts';
export type { Facet } from '../isolation/rules.ts';
export type { SharedMount } from '../isolation/shared-mounts.ts';

export type IsolationReport = {
  readonly containers: readonly Held[];
  readonly sharedMounts: readonly SharedMount[];
};

/**
 * The isolation of the containers of these services, or of all services and of others that run for the project, as the
 * kernel says. The supervisor is not asked. Throws a Problem if this process is not root's.
 */
export const isolation = async (
  project: Project & Pick<NamedProject, 'nameIsExplicit'>,
  places: Places,
  services: readonly string[],
): Promise<IsolationReport> => {
  requireRoot();
  const record = glance(projectPaths(project.name).record) ?? emptyRecord(project.name);
  checkOwner(record, project);
  const started = Object.values(record.containers).map(({ definition }) => definition);
  const definitions = [...Object.values(project.services), ...started];
  await loadYaml(definitions);
  const read = readMachine(definitions);
  const machine = { ...read, deviceRules: deviceAccessAbove(read.cgroups) };
  const running = runningContainers(record, machine);
  const ofServices = plannedContainers(project, machine).map((planned): Held => {
    const found = running.get(planned.container);
    return found ? heldNow(found, planned, { project, places }) : heldByFile(planned, { project, places });
  });
  const names = new Set(ofServices.map(({ container }) => container));
  const others = [...running.values()]
    .filter(({ container }) => !names.has(container.name))
    .map((found) => heldNow(found, found.started, { project, places }));
  const containers = [...ofServices, ...others].filter(
    ({ service }) => services.length === 0 || services.includes(service),
  );
  return { containers, sharedMounts: sharedMounts(containers) };
};

type Running = {
  readonly container: ContainerRecord;
  readonly pid: number;
  readonly facts: Isolation;
  /** By the definition with which it was started. */
  readonly started: Planned;
};

const runningContainers = (record: ProjectRecord, machine: Machine): ReadonlyMap<string, Running> => {
  const paths = projectPaths(record.name);
  const describe = describer(record, paths.hostRoot);
  const started = withSharers(
    Object.values(record.containers).map((container) => {
      const described = describe(container);
      return {
        definition: container.definition,
        container: container.name,
        facts: plannedIsolation(described, machine),
        nodes: described.config.linux.devices,
      };
    }),
  );
  const found = started.flatMap((planned) => {
    const container = record.containers[planned.container]!;
    const cgroup = cgroupOf(record.name, container);
    const life = liveProcess(machine.cgroups, cgroup, paths.container(container.name).life);
    const facts = life && runningIsolation({ name: container.name, life, cgroup }, machine);
    return facts ? [{ container, pid: life.pid, facts, started: planned }] : [];
  });
  return new Map(found.map((one) => [one.container.name, one]));
};

const heldNow = ({ pid, facts, started, container }: Running, file: Planned, files: Files): Held => ({
  service: container.service,
  container: container.name,
  pid,
  facts,
  open: openingsWith(facts, file, files),
  differences: differencesOf(facts, { file: file.facts, started: started.facts }),
});
