import type { ContainerSummary } from '../../api/calls/containers.ts';
import { roughly } from '../../base/text/rough-time.ts';
import { portText } from './port-text.ts';

/** The keys of `containerJson`. */
export const containerFields = [
  ...[
    'Command',
    'CreatedAt',
    'Engine',
    'ExitCode',
    'Health',
    'HealthLog',
    'ID',
    'Image',
    'Labels',
    'LocalVolumes',
    'Mounts',
  ],
  ...[
    'Name',
    'Names',
    'Networks',
    'OOMKilled',
    'Pid',
    'Ports',
    'Project',
    'Publishers',
    'Runner',
    'RunningFor',
  ],
  ...['Service', 'Size', 'State', 'Status'],
] as const;

export type ContainerJson = Readonly<Record<(typeof containerFields)[number], unknown>>;

/** A container with all keys of Docker in its formats, and four additional keys: `Pid`, `Runner`, `OOMKilled`, `HealthLog`. */
export function containerJson(container: ContainerSummary, now: number): ContainerJson {
  const created = container.Created * 1000;
  return {
    Command: container.Command,
    CreatedAt: `${new Date(created).toISOString().slice(0, 19).replace('T', ' ')} +0000 UTC`,
    Engine: '',
    ExitCode: container.ExitCode,
    Health: container.Health ?? '',
    HealthLog: container.HealthLog ?? [],
    ID: container.Id,
    Image: container.Image,
    Labels: Object.entries(container.Labels)
      .map(([key, value]) => `${key}=${value}`)
      .join(','),
    LocalVolumes: String(container.Mounts.filter(({ Type }) => Type === 'volume').length),
    Mounts: container.Mounts.flatMap(({ Name, Source }) => Name || Source || []).join(','),
    Name: container.Name,
    Names: container.Name,
    Networks: Object.keys(container.Networks).join(','),
    OOMKilled: container.OOMKilled,
    Pid: container.Pid,
    Ports: portText(container.Ports),
    Project: container.Project,
    Publishers: (container.Ports ?? []).map(({ IP = '', PrivatePort, PublicPort = 0, Type }) => ({
      URL: IP,
      TargetPort: PrivatePort,
      PublishedPort: PublicPort,
      Protocol: Type,
    })),
    Runner: container.Runner,
    RunningFor: `${roughly(now - created)} ago`,
    Service: container.Service,
    Size: '0B',
    State: container.State,
    Status: container.Status,
  };
}
