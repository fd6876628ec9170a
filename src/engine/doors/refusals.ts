import type { NamedProject } from '../../api/client.ts';
import { type Diagnostic, Problem } from '../../base/diagnostic.ts';
import { shortName } from '../../plan/observed.ts';
import { reconcile } from '../../plan/reconcile.ts';
import { chosenPart, withNetworksOf } from '../../project/model/chosen-services.ts';
import type { Project } from '../../project/model/project.ts';
import { loadYaml } from '../devices/cdi/yaml.ts';
import { projectPaths } from '../directories/project-paths.ts';
import { checkSocketPath } from '../directories/socket-path.ts';
import { hostFacts } from '../facts/gather-facts.ts';
import { planHostRoot } from '../facts/host-root.ts';
import { DEFAULT_RUNNER } from '../facts/runners.ts';
import { shellLimit } from '../facts/shell-limit.ts';
import { hostBlocks } from '../networks/bridges.ts';
import { externalNetworks } from '../networks/machine/external.ts';
import { seenAddresses } from '../networks/machine/shared-addresses.ts';
import { planNetworks } from '../networks/plan-networks.ts';
import { openRoute } from '../networks/rtnetlink.ts';
import { commandProblem } from '../operations/checks/command-checks.ts';
import { checkMachine } from '../operations/checks/machine-checks.ts';
import { observe } from '../operations/observe.ts';
import { existingSample } from '../operations/sample-cgroup.ts';
import { observedVolumes } from '../operations/volumes.ts';
import { withNew } from '../operations/with-new.ts';
import { damageDiagnostic } from '../record/damage.ts';
import { checkOwner } from '../record/owner.ts';
import { emptyRecord, type ProjectRecord } from '../record/project-record.ts';
import { readRecord } from '../record/read.ts';
import { volumeStore } from '../volumes/store.ts';

/**
 * The errors of a strict `up` of these services on this machine, an empty list standing for all. Nothing is made and no
 * supervisor is asked. Root has to ask: others can read neither records nor every root file system.
 */
export const refusals = async (
  project: Project & NamedProject,
  services: readonly string[],
): Promise<readonly Diagnostic[]> => {
  const paths = projectPaths(project.name);
  const reading = readRecord(paths);
  if (reading.found === 'damage') return [damageDiagnostic(project.name, paths, reading)];
  const record = reading.found === 'nothing' ? emptyRecord(project.name) : reading.record;
  checkOwner(record, project);
  checkSocketPath(paths);
  await loadYaml(Object.values(project.services));
  const facts = {
    host: hostFacts(shellLimit()),
    hostRoot: planHostRoot(paths.hostRoot),
    route: openRoute(),
  };
  const chosen = chosenPart({ project, services });
  return [
    // Layers in memory are no error, and only a mount could tell.
    ...checkMachine({ paths, record, ...facts, layersInMemory: false }, chosen, true, existingSample),
    ...planProblems(record, project, services),
    ...Object.values(chosen.services).flatMap((service) =>
      commandProblem(facts, service, `${shortName(service.name, 1)} could not start`),
    ),
  ];
};

/** Names and addresses that are taken. */
const planProblems = (
  record: ProjectRecord,
  project: Project,
  services: readonly string[],
): readonly Diagnostic[] => {
  const chosen = Object.keys(chosenPart({ project, services }).services);
  const volumes = observedVolumes(volumeStore(), Object.values(project.volumes));
  const observed = observe({ record, running: new Map() }, { volumes });
  const plan = reconcile(project, observed, { services, ignoreOrphans: true });
  const networks = problemsOf(() => {
    const used = withNetworksOf(project, chosen);
    const routes = hostBlocks({ route: openRoute() });
    const external = externalNetworks(used, () => routes);
    if (external.problems.length > 0) throw new Problem(...external.problems);
    const planned = planNetworks(used, record.networks, routes, external.found);
    withNew(record, project, planned, plan.operations, {
      runner: DEFAULT_RUNNER,
      shared: seenAddresses(project.name),
    });
  });
  return [...networks, ...plan.diagnostics];
};

const problemsOf = (check: () => void): readonly Diagnostic[] => {
  try {
    check();
    return [];
  } catch (error) {
    if (error instanceof Problem) return error.diagnostics;
    throw error;
  }
};
