import type { ContainerDetails, ContainerSummary } from '../../api/calls/containers.ts';
import { hasProcess, isPaused, statusText } from '../../base/status.ts';
import { version } from '../../base/version.ts';
import type { Service } from '../../project/model/project.ts';
import type { Context } from '../supervisor/context.ts';
import { hostnameOf } from '../supervisor/names.ts';
import type { ContainerRecord, ProjectRecord } from '../supervisor/record/project-record.ts';

/** The rows of `ps`, in the order of services and numbers. */
export const summaries = (
  { record, running }: Pick<Context, 'record' | 'running'>,
  all: boolean,
): readonly ContainerSummary[] =>
  Object.values(record.containers)
    .filter(({ state }) => all || hasProcess(state))
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
    Command: [...(definition.entrypoint ?? []), ...(definition.command ?? [])].join(' '),
    Created: Math.floor(container.created / 1000),
    ExitCode: container.exitCode,
    OOMKilled: container.oomKilled,
    Pid: pid,
    Runner: container.runner,
    Labels: labelsOf(project, container),
    Networks: Object.fromEntries(
      Object.entries(container.addresses).map(([key, address]) => [
        project.networks[key]?.name ?? key,
        address,
      ]),
    ),
    Hostname: hostnameOf(container),
    Image: rootOf(definition),
    Mounts: definition.mounts.map((mount) => ({
      Type: mount.kind,
      ...(mount.kind === 'volume' && { Name: container.volumes?.[mount.target] ?? '' }),
      Source: mount.kind === 'bind' ? mount.source : '',
      Destination: mount.target,
      RW: !mount.readOnly,
    })),
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
    State: {
      Status: container.state,
      Running: hasProcess(container.state),
      Paused: isPaused(container.state),
      Pid: pid,
      ExitCode: container.exitCode,
      OOMKilled: container.oomKilled,
      StartedAt: isoTime(container.startedAt),
      FinishedAt: isoTime(container.finishedAt),
    },
    Config: { Hostname, Labels, Tty: container.definition.tty, OpenStdin: container.definition.stdinOpen },
  };
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
  'com.docker.compose.image': rootOf(definition),
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

const isoTime = (time: number | undefined): string =>
  time === undefined ? '0001-01-01T00:00:00Z' : new Date(time).toISOString();
