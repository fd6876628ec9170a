import type { ContainerSummary } from '../../api/calls/containers.ts';
import { roughly } from '../../base/rough-time.ts';

/** A container with Docker's keys and formats, and three additional keys: `Pid`, `Runner`, `OOMKilled`. */
export function containerJson(container: ContainerSummary, now: number): Readonly<Record<string, unknown>> {
  const created = container.Created * 1000;
  return {
    Command: container.Command,
    CreatedAt: `${new Date(created).toISOString().slice(0, 19).replace('T', ' ')} +0000 UTC`,
    ExitCode: container.ExitCode,
    Health: '',
    ID: container.Id,
    Image: '',
    Labels: Object.entries(container.Labels)
      .map(([key, value]) => `${key}=${value}`)
      .join(','),
    Name: container.Name,
    Names: container.Name,
    Networks: Object.keys(container.Networks).join(','),
    OOMKilled: container.OOMKilled,
    Pid: container.Pid,
    Project: container.Project,
    Publishers: [],
    Runner: container.Runner,
    RunningFor: `${roughly(now - created)} ago`,
    Service: container.Service,
    State: container.State,
    Status: container.Status,
  };
}
