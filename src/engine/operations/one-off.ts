import { randomBytes } from 'node:crypto';
import type { RunRequest } from '../../api/calls/run.ts';
import type { UpRequest } from '../../api/calls/up.ts';
import { Problem } from '../../base/diagnostic.ts';
import { planRemoval } from '../../plan/down.ts';
import type { ObservedContainer } from '../../plan/observed.ts';
import { planOneOff } from '../../plan/one-off.ts';
import { findOrphans, orphanWarning } from '../../plan/orphans.ts';
import { decideVolumes, planVolumes, type VolumeDecisions, volumesOf } from '../../plan/volumes.ts';
import { withNetworksOf } from '../../project/model/chosen-services.ts';
import type { Project, Service, Volume } from '../../project/model/project.ts';
import { removeAtEnd, removeForGood } from '../containers/remove-at-end.ts';
import { startByHand } from '../containers/start-by-hand.ts';
import type { Context } from '../context/context.ts';
import { loadYaml } from '../devices/cdi/yaml.ts';
import { newContainer } from '../facts/new-container.ts';
import { DEFAULT_RUNNER } from '../facts/runners.ts';
import { keepContents } from '../grants/keep.ts';
import { lookAtContents } from '../grants/look.ts';
import { freeAddresses } from '../networks/addresses.ts';
import { hostBlocks } from '../networks/bridges.ts';
import { externalNetworks, knownNetworks, shareNetworks } from '../networks/machine/external.ts';
import { planNetworks } from '../networks/plan-networks.ts';
import { newPorts, planPorts } from '../ports/plan-ports.ts';
import { commit } from '../record/commit.ts';
import { containerElsewhere } from '../record/other-projects.ts';
import { checkOwner } from '../record/owner.ts';
import type { ContainerRecord, ProjectRecord } from '../record/project-record.ts';
import { withInherited } from '../volumes/volumes-from.ts';
import { apply, pretend } from './apply.ts';
import { refuseCancelled } from './cancelled.ts';
import { checkMachine } from './checks/machine-checks.ts';
import { observe } from './observe.ts';
import { performer } from './perform.ts';
import { projectSample } from './sample-cgroup.ts';
import { type Tell, tellAll } from './tell.ts';
import { originOf, refuseErrors, up } from './up.ts';
import { observedVolumes } from './volumes.ts';
import { externalOf } from './with-new.ts';

/** Starts the dependencies of a service, and records a one-off container for a later start. */
export const prepareRun = async (
  context: Context,
  request: RunRequest,
  tell: Tell,
  signal: AbortSignal,
): Promise<number> => {
  const { project, service: key } = request;
  const service = project.services[key]!;
  const definition = oneOffService(service, request);
  const { separator = '-' } = project;
  const parts = [project.name, key, 'run', randomBytes(6).toString('hex')];
  const name = request.name ?? parts.join(separator);
  checkOwner(context.record, { ...project, nameIsExplicit: request.nameIsExplicit ?? false });
  checkName(context, name);
  const alone = { ...project, services: { [key]: { ...definition, containerName: name } } };
  await loadYaml([definition]);
  const { problems: unread } = lookAtContents([definition], request.contents ?? {});
  const used = withNetworksOf(alone, [key]);
  const external = externalNetworks(used, () => hostBlocks(context));
  const machine = checkMachine(context, alone, request.strict, projectSample(context));
  refuseErrors([...machine, ...unread, ...external.problems], tell);
  const volumes = volumesOfRun(context, project, definition);
  refuseErrors(volumes.diagnostics, tell);
  const orphans = orphansOf(context, project);
  if (!request.removeOrphans && !request.ignoreOrphans) tellAll(orphanWarning(orphans), tell);
  // The dependencies may bring some into the record meanwhile.
  const networksNow = (): ProjectRecord['networks'] => {
    const planned = planNetworks(used, knownNetworks(context.record), hostBlocks(context), external.found);
    return { ...planned, ...context.record.networks, ...externalOf(planned, context.record) };
  };
  const ports = await planPorts(context, newPorts(name, definition, networksNow()), []);
  refuseErrors(ports.problems, tell);
  const runner = await context.runners.choose(request.runner ?? DEFAULT_RUNNER);
  refuseCancelled(signal);
  const dependencies = request.noDeps ? [] : Object.keys(service.dependsOn);
  const awaited = { ...dependencyRequest(request, dependencies), dependant: key };
  if (request.dryRun) {
    const removal = request.removeOrphans ? [planRemoval(observe(context), orphans)] : [];
    for (const plan of removal) await pretend(context.work, plan, tell, signal);
    const refused =
      dependencies.length > 0 ? await up(context, { ...awaited, dryRun: true }, tell, signal) : 0;
    const plans = refused === 0 ? [planVolumes(volumes.created), planOneOff(key, name)] : [];
    for (const plan of plans) await pretend(context.work, plan, tell, signal);
    return refused;
  }
  if (request.removeOrphans && orphans.length > 0) {
    const removal = planRemoval(observe(context), orphans);
    const materials = { networks: context.record.networks, tell, signal };
    const { problems } = await apply(context.work, removal, performer(context, materials), tell, signal);
    if (tellAll(problems, tell) !== 0) return 1;
  }
  if (dependencies.length > 0) {
    const started = await up(context, awaited, tell, signal);
    if (started !== 0) return started;
  }
  if ((await createVolumes(context, definition, volumes.created, tell, signal)) !== 0) return 1;
  const shared = await shareNetworks(external);
  const networks = { ...networksNow(), ...externalOf(shared, context.record) };
  const record: ContainerRecord = {
    ...newContainer(
      freeAddresses({ ...context.record, networks }, Object.values(project.services), context.addresses),
      definition,
      1,
      name,
      runner.name,
      { oneOff: true, ports: ports.chosen[name] },
    ),
    ...(request.remove ? { remove: true } : {}),
    run: {
      hasCommand: request.command.length > 0,
      ...(request.consoleSize === undefined ? {} : { consoleSize: request.consoleSize }),
    },
  };
  keepContents(context, [record], request.contents);
  await commit(context, {
    ...originOf(project),
    networks,
    containers: withInherited(
      { ...context.record.containers, [name]: record },
      [name],
      containerElsewhere(context.paths),
    ),
  });
  tell({ type: 'container.created', container: name, id: record.id });
  return 0;
};

/** Creates the missing volumes; those that only the command line names belong to no project, as in Docker. */
const createVolumes = async (
  context: Context,
  definition: Service,
  created: readonly Volume[],
  tell: Tell,
  signal: AbortSignal,
): Promise<number> => {
  const { store } = context.volumes;
  const names = new Set(created.map(({ name }) => name));
  for (const name of volumesOf(definition).filter((each) => !names.has(each) && !store.find(each)))
    await store.create({ name, options: {}, labels: {}, isAnonymous: false, isFilled: false });
  if (created.length === 0) return 0;
  const materials = { networks: context.record.networks, volumes: created, tell, signal };
  const plan = planVolumes(created);
  const { problems } = await apply(context.work, plan, performer(context, materials), tell, signal);
  return tellAll(problems, tell);
};

const volumesOfRun = (
  { volumes: { store } }: Context,
  project: Project,
  definition: Service,
): VolumeDecisions =>
  decideVolumes(
    { ...project, services: { [definition.name]: definition } },
    observedVolumes(store, Object.values(project.volumes)),
    new Set([definition.name]),
  );

const orphansOf = (context: Context, { services, inactive }: Project): readonly ObservedContainer[] =>
  findOrphans(observe(context), [...Object.keys(services), ...inactive]);

const checkName = ({ record }: Context, name: string): void => {
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(name))
    throw new Problem({
      severity: 'error',
      code: 'invalid-value',
      message: `\`${name}\` is not a valid container name`,
      help: 'use letters, digits, `_`, `.` and `-`; begin with a letter or a digit',
    });
  if (record.containers[name])
    throw new Problem({
      severity: 'error',
      code: 'name-in-use',
      message: `a container named \`${name}\` exists already`,
    });
};

/** Starts a recorded container. Only a `run` whose first start fails is removed: nothing else refers to it. */
export const startRun = async (context: Context, { name }: ContainerRecord): Promise<void> => {
  const record = context.record.containers[name]!;
  if (context.running.has(name)) return;
  context.starting.add(name);
  try {
    await startRecorded(context, record);
  } catch (error) {
    context.emit({ type: 'container.failed', container: name });
    if (record.oneOff && record.state === 'created') removeForGood(context, record);
    throw error;
  } finally {
    context.starting.delete(name);
  }
};

const startRecorded = async (context: Context, record: ContainerRecord): Promise<void> => {
  const { ended } = await startByHand(context, record);
  removeAtEnd(context, record, ended);
};

/** Removes the container of a `run` whose caller has gone before the start: nothing else refers to it. */
export const dropUnstarted = (context: Context, name: string): void => {
  const record = context.record.containers[name];
  if (!record?.oneOff || record.state !== 'created' || context.starting.has(name)) return;
  removeForGood(context, record);
};

const dependencyRequest = (
  { project, contents, strict, nameIsExplicit }: RunRequest,
  services: readonly string[],
): UpRequest => ({
  project,
  services,
  strict,
  ignoreOrphans: true,
  ...(contents === undefined ? {} : { contents }),
  ...(nameIsExplicit === undefined ? {} : { nameIsExplicit }),
});

const oneOffService = (service: Service, request: RunRequest): Service => {
  const { containerName: _, macAddress: __, restart: ___, ...rest } = service;
  return {
    ...rest,
    entrypoint: request.entrypoint ?? service.entrypoint,
    command: request.command.length > 0 ? request.command : request.entrypoint ? [] : service.command,
    environment: { ...service.environment, ...request.environment },
    ...(request.user === undefined ? {} : { user: request.user }),
    ...(request.workingDir === undefined ? {} : { workingDir: request.workingDir }),
    networks: Object.fromEntries(
      Object.entries(service.networks).map(([key, attachment]) => {
        // The addresses that the service asks for are those of its own container.
        const { ipv4Address: _, ipv6Address: __, macAddress: ___, ...more } = attachment;
        return [key, { ...more, aliases: request.useAliases ? [service.name, ...attachment.aliases] : [] }];
      }),
    ),
    tty: request.tty,
    stdinOpen: request.interactive,
  };
};
