import type { ContainerSummary } from '../../src/api/calls/containers.ts';

/** A container that runs, with what a test needs to be different. */
export const container = (changes: Partial<ContainerSummary> = {}): ContainerSummary => {
  const { Service = 'web', Number: number = 1 } = changes;
  return {
    Id: `id-${Service}-${number}`,
    Name: `app-${Service}-${number}`,
    Project: 'app',
    Service,
    Number: number,
    OneOff: false,
    State: 'running',
    Status: 'Up 3 seconds',
    Command: 'node server.js',
    Created: 1_767_225_600,
    ExitCode: 0,
    OOMKilled: false,
    Pid: 12345,
    Runner: 'reexec',
    Labels: { 'com.docker.compose.project': 'app', tier: 'front' },
    Networks: { app_default: '172.18.0.2' },
    Hostname: 'web',
    Image: 'host',
    Mounts: [],
    Ports: [],
    ...changes,
  };
};
