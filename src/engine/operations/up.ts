import type { UpRequest } from '../../api/calls/up.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { Problem } from '../../base/diagnostic.ts';
import type { Operation } from '../../plan/plan.ts';
import { reconcile } from '../../plan/reconcile.ts';
import { chosenPart, chosenServices, withNetworksOf } from '../../project/model/chosen-services.ts';
import type { Project } from '../../project/model/project.ts';
import { removeContainer } from '../containers/remove-container.ts';
import { settleReplacements } from '../containers/replacement.ts';
import type { Context } from '../context/context.ts';
import { loadYaml } from '../devices/cdi/yaml.ts';
import { DEFAULT_RUNNER } from '../facts/runners.ts';
import { keepContents } from '../grants/keep.ts';
import { changedContents, lookAtContents } from '../grants/look.ts';
import { brokenNetworks, hostBlocks } from '../networks/bridges.ts';
import { ensureFilter, openFirewalls, tellCollisions } from '../networks/filter/of-project.ts';
import { externalNetworks, knownNetworks, shareNetworks } from '../networks/machine/external.ts';
import { seenAddresses } from '../networks/machine/shared-addresses.ts';
import { planNetworks } from '../networks/plan-networks.ts';
import { planPorts, wantedPorts } from '../ports/plan-ports.ts';
import { commit } from '../record/commit.ts';
import { containerElsewhere } from '../record/other-projects.ts';
import { checkOwner } from '../record/owner.ts';
import type { ContainerRecord, ProjectRecord } from '../record/project-record.ts';
import { bootNotice } from '../restart/boot-notice.ts';
import { apply, pretend } from './apply.ts';
import { refuseCancelled } from './cancelled.ts';
import { commandProblems } from './checks/command-checks.ts';
import { checkMachine } from './checks/machine-checks.ts';
import { observe } from './observe.ts';
import { performer } from './perform.ts';
import { projectSample } from './sample-cgroup.ts';
import { type Tell, tellAll } from './tell.ts';
import { openTimeLimit } from './time-limit.ts';
import { observedVolumes } from './volumes.ts';
import { withNew } from './with-new.ts';

/** `dependant`: only the dependencies of this service, until it can be started; `services` are those. */
export type DependencyRequest = UpRequest & { readonly dependant?: string };

/** Creates missing resources, replaces changed ones, starts stopped ones; undoes its own changes after a failure. */
export const up = async (
  context: Context,
  request: DependencyRequest,
  tell: Tell,
  signal: AbortSignal,
): Promise<number> => {
  const { project } = request;
  checkOwner(context.record, { ...project, nameIsExplicit: request.nameIsExplicit ?? false });
  settleReplacements(context);
  await loadYaml(Object.values(project.services));
  const chosen = chosenPart(request);
  const look = lookAtContents(Object.values(chosen.services), request.contents ?? {});
  const machine = checkMachine(context, chosen, request.strict, projectSample(context));
  const used = withNetworksOf(project, [...chosenServices(request), ...servicesWithContainers(context)]);
  const external = externalNetworks(used, () => hostBlocks(context));
  refuseErrors([...machine, ...look.problems, ...external.problems], tell);
  const runner = await context.runners.choose(request.runner ?? DEFAULT_RUNNER);
  refuseCancelled(signal);
  const routes = context.route.routes();
  const planned = planNetworks(
    used,
    knownNetworks(context.record),
    hostBlocks(context, routes),
    external.found,
  );
  tellCollisions(context, planned, routes);
  const observed = observe(context, {
    broken: brokenNetworks(context),
    changedContents: ({ id, definition }) =>
      definition.grants ? changedContents(look, context.grants.read(id)) : [],
    volumes: observedVolumes(context.volumes.store, Object.values(project.volumes)),
  });
  const plan = reconcile(project, observed, {
    services: request.dependant === undefined ? request.services : [],
    noDeps: request.noDeps ?? false,
    forceRecreate: request.forceRecreate ?? false,
    noRecreate: request.noRecreate ?? false,
    removeOrphans: request.removeOrphans ?? false,
    ignoreOrphans: request.ignoreOrphans ?? false,
    noStart: request.noStart ?? false,
    alwaysRecreateDeps: request.alwaysRecreateDeps ?? false,
    wait: request.wait ?? false,
    ...(request.dependant === undefined ? {} : { dependant: project.services[request.dependant]! }),
  });
  tellAll(context.notices.splice(0), tell);
  const complaint = context.runners.complaint();
  const commands = commandProblems(context, project, plan.operations);
  const wanted = wantedPorts(context.record.containers, project, planned, plan.operations);
  const ports = await planPorts(context, wanted, plan.operations);
  const problems = [...(complaint ? [complaint] : []), ...plan.diagnostics, ...commands, ...ports.problems];
  refuseErrors(problems, tell);
  const choices = {
    runner: runner.name,
    ports: ports.chosen,
    renewsVolumes: request.renewAnonVolumes ?? false,
    elsewhere: containerElsewhere(context.paths),
  };
  if (request.dryRun) {
    // Throws where no address is left.
    withNew(context.record, project, planned, plan.operations, {
      ...choices,
      shared: seenAddresses(project.name),
    });
    return pretend(context.work, plan, tell, signal);
  }
  const networks = { ...planned, ...(await shareNetworks(external)) };
  const { moved, ...changes } = withNew(context.record, project, networks, plan.operations, {
    ...choices,
    shared: context.addresses,
  });
  keepContents(context, stayingOrNew(changes.containers, chosen, plan.operations), request.contents);
  const onDisk = commit(context, { ...changes, ...originOf(project) });
  const { late, end } = openTimeLimit(request.waitTimeout);
  const materials = {
    late,
    networks,
    volumes: Object.values(project.volumes),
    moved,
    tell,
    signal,
    ...(request.timeout === undefined ? {} : { timeout: request.timeout }),
  };
  ensureFilter(context);
  openFirewalls(context);
  const { problems: failures, skipped } = await apply(
    context.work,
    plan,
    performer(context, materials),
    tell,
    signal,
    { keepsFailed: request.keepFailed ?? false },
  ).finally(end);
  for (const operation of skipped) forgetUnmade(context, operation);
  // Networks may have been removed, or not made.
  ensureFilter(context);
  tellAll(context.notices.splice(0), tell);
  await onDisk;
  const notice = failures.length === 0 ? bootNotice(context, Object.values(chosen.services)) : [];
  return tellAll([...failures, ...notice, ...(await context.trash.settled())], tell);
};

// Their containers may be recreated with those of the selected services.
const servicesWithContainers = ({ record }: Context): readonly string[] =>
  Object.values(record.containers).map(({ service }) => service);

// A replaced container may have to be started again, as it was.
const stayingOrNew = (
  containers: ProjectRecord['containers'],
  { services }: Project,
  operations: readonly Operation[],
): readonly ContainerRecord[] => {
  const replaced = new Set(
    operations.map((one) => (one.kind === 'container' && one.verb === 'create' ? one.replaces : undefined)),
  );
  return Object.values(containers).filter(
    ({ name, service, oneOff }) => !oneOff && Object.hasOwn(services, service) && !replaced.has(name),
  );
};

/** Where a project comes from, for its record. */
export const originOf = ({
  workingDir,
  files,
  environmentFiles = [],
}: Project): Required<Pick<ProjectRecord, 'workingDir' | 'files' | 'environmentFiles'>> => ({
  workingDir,
  files,
  environmentFiles,
});

/** Reports warnings and throws errors. */
export const refuseErrors = (diagnostics: readonly Diagnostic[], tell: Tell): void => {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Problem(...diagnostics);
  tellAll(diagnostics, tell);
};

// A new container or network is recorded before it is made.
const forgetUnmade = (context: Context, operation: Operation): void => {
  if (operation.verb !== 'create') return;
  if (operation.kind === 'container') void removeContainer(context, operation.container);
  else if (operation.kind === 'network') delete context.record.networks[operation.key];
};
