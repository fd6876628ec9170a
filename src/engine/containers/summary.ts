import type { ContainerDetails, ContainerSummary, HealthDetails } from '../../api/calls/containers.ts';
import type { Health } from '../../base/health.ts';
import { hasProcess, isActive, isPaused, isRestarting, type Status, statusText } from '../../base/status.ts';
import { version } from '../../base/version.ts';
import type { Mount, Service } from '../../project/model/project.ts';
import type { Context } from '../context/context.ts';
import { hostnameOf } from '../context/identifiers.ts';
import { addressesOn } from '../networks/addresses.ts';
import type { ContainerRecord, ProjectRecord } from '../record/project-record.ts';
import { endpoints, networkMode } from './network/endpoints.ts';
import { exposedPorts, portBindings, portList, portMap } from './network/port-list.ts';

/** The rows of `ps`, in the order of services and numbers. */
export const summaries = (
  { record, running }: Pick<Context, 'record' | 'running'>,
  all: boolean,
): readonly ContainerSummary[] =>
  Object.values(record.containers)
    .filter(({ state }) => all || isActive(state))
    .toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
    .map((container) => summary(record, container, running.get(container.name)?.pid ?? 0));

const summary = (project: ProjectRecord, container: ContainerRecord, pid: number): ContainerSummary => {
  const { definition } = container;
  return {
    Id: container.id,
    Name: container.name,
    Project: project.name,
    Service: container.service,
    Number: container.number,
    OneOff: container.oneOff,
    State: container.state,
    Status: statusText(container, Date.now()),
    ...(container.health && healthOf(container.state, container.health)),
    Command: [...(definition.entrypoint ?? []), ...(definition.command ?? [])].join(' '),
    Created: Math.floor(container.created / 1000),
    ExitCode: container.exitCode,
    OOMKilled: container.oomKilled,
    ...(container.startFailure && { StartFailure: container.startFailure }),
    Pid: pid,
    Runner: container.runner,
    Labels: labelsOf(project, container),
    Networks: Object.fromEntries(
      Object.keys(definition.networks).map((key) => {
        const { ipv4, ipv6 = '' } = addressesOn(container, key);
        return [project.networks[key]?.name ?? key, ipv4 ?? ipv6];
      }),
    ),
    Hostname: hostnameOf(container),
    Image: rootOf(definition),
    Mounts: definition.mounts.map((mount) => ({
      Type: mount.kind,
      ...(mount.kind === 'volume' && { Name: container.volumes?.[mount.target] ?? '' }),
      Source: sourceOf(mount),
      Destination: mount.target,
      RW: !mount.readOnly,
    })),
    Ports: portList(container),
    ...(definition.logging?.driver === 'none' && { LogDriver: 'none' }),
  };
};

/** The supported part of `GET /containers/{id}/json`. */
export const inspect = (context: Context, container: ContainerRecord): ContainerDetails => {
  const pid = context.running.get(container.name)?.pid ?? 0;
  const { Id, Name, Labels, Hostname } = summary(context.record, container, pid);
  return {
    Id,
    Name: `/${Name}`,
    Created: new Date(container.created).toISOString(),
    Image: idOfRoot(container.definition),
    State: {
      Status: container.state,
      Running: isActive(container.state),
      Paused: isPaused(container.state),
      Restarting: isRestarting(container.state),
      Pid: pid,
      ExitCode: container.exitCode,
      OOMKilled: container.oomKilled,
      ...(container.health && { Health: healthDetails(container.state, container.health) }),
      StartedAt: isoTime(container.startedAt),
      FinishedAt: isoTime(container.finishedAt),
      Error: errorText(container),
    },
    RestartCount: container.restartCount ?? 0,
    Config: {
      Hostname,
      Image: rootOf(container.definition),
      Labels,
      Tty: container.definition.tty,
      OpenStdin: container.definition.stdinOpen,
      ExposedPorts: exposedPorts(container),
    },
    HostConfig: {
      NetworkMode: networkMode(context.record, container),
      PortBindings: portBindings(container),
      RestartPolicy: {
        Name: container.definition.restart?.kind ?? 'no',
        MaximumRetryCount: container.definition.restart?.attempts ?? 0,
      },
    },
    NetworkSettings: { Ports: portMap(container), Networks: endpoints(context, container) },
  };
};

/** As in Docker, a container that does not run is unhealthy. */
const healthDetails = (state: Status, { status, failingStreak, log }: Health): HealthDetails => ({
  Status: hasProcess(state) ? status : 'unhealthy',
  FailingStreak: failingStreak,
  Log: resultsOf(log),
});

const resultsOf = (log: Health['log']): HealthDetails['Log'] =>
  log.map(({ start, end, exitCode, output }) => ({
    Start: isoTime(start),
    End: isoTime(end),
    ExitCode: exitCode,
    Output: output,
  }));

/** As in Docker Compose, `ps` has the status of a running container alone; the results are of use afterwards too. */
const healthOf = (
  state: Status,
  { status, log }: Health,
): Pick<ContainerSummary, 'Health' | 'HealthLog'> => ({
  ...(state === 'running' && { Health: status }),
  HealthLog: resultsOf(log),
});

const errorText = ({ startFailure }: ContainerRecord): string => {
  if (!startFailure) return '';
  return [startFailure.message, ...(startFailure.facts ?? []).map((fact) => fact.join(': '))].join('; ');
};

/** The labels by which Compose's tools find the containers of a project. */
const labelsOf = (
  project: ProjectRecord,
  { name, definition, service, number, oneOff, configHash }: ContainerRecord,
): Record<string, string> => ({
  ...definition.labels,
  'com.docker.compose.project': project.name,
  'com.docker.compose.service': service,
  'com.docker.compose.container-number': String(number),
  'com.docker.compose.oneoff': oneOff ? 'True' : 'False',
  'com.docker.compose.config-hash': configHash,
  'com.docker.compose.image': idOfRoot(definition),
  'com.docker.compose.version': version,
  ...(oneOff && { 'com.docker.compose.slug': /[0-9a-f]{12}$/.exec(name)?.[0] ?? name }),
  'com.docker.compose.project.working_dir': project.workingDir,
  'com.docker.compose.project.config_files': project.files.join(','),
  ...(project.environmentFiles?.length && {
    'com.docker.compose.project.environment_file': project.environmentFiles.join(','),
  }),
  'com.docker.compose.depends_on': Object.entries(definition.dependsOn)
    .map(([name, { condition, restart }]) => `${name}:${condition}:${restart}`)
    .join(','),
});

/** The image as it is written, or what takes its place. */
const rootOf = ({ rootfs }: Service): string => {
  if (rootfs.kind === 'host') return 'host';
  return rootfs.kind === 'directory' ? rootfs.path : rootfs.reference;
};

/** As in Docker Compose, the ID of the image: another one under the same name is another image. */
const idOfRoot = (definition: Service): string =>
  definition.rootfs.kind === 'image' ? definition.rootfs.id : rootOf(definition);

const isoTime = (time: number | undefined): string =>
  time === undefined ? '0001-01-01T00:00:00Z' : new Date(time).toISOString();

const sourceOf = (mount: Mount): string => {
  if (mount.kind === 'image') return mount.image.reference;
  return mount.kind === 'bind' ? mount.source : '';
};
