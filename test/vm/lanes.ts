import type { Architecture } from './architectures.ts';

/** A virtual machine in which the tests run. */
export type MachineLane = {
  readonly name: string;
  readonly architecture: Architecture;
  /** The hierarchies that the machine's first process mounts on /sys/fs/cgroup. */
  readonly cgroups: 'v2' | 'v1' | 'none';
  readonly node: string;
  readonly runner: 'direct' | 'reexec';
  /** More for the kernel's command line. */
  readonly words?: readonly string[];
};

/** A virtual machine that systemd boots, several times: the tests of `guest/boots.ts`. */
export type SystemdLane = {
  readonly name: string;
  readonly architecture: Architecture;
  readonly systemd: true;
  readonly node: string;
};

/** This machine, with another Node.js. */
export type HostLane = { readonly name: string; readonly host: true; readonly node: string };

export type Lane = MachineLane | SystemdLane | HostLane;

const NODE = '20.20.2';

export const LANES: readonly Lane[] = [
  { name: 'x64-v2', architecture: 'x64', cgroups: 'v2', node: NODE, runner: 'direct' },
  { name: 'x64-v2-reexec', architecture: 'x64', cgroups: 'v2', node: NODE, runner: 'reexec' },
  {
    name: 'x64-v1',
    architecture: 'x64',
    cgroups: 'v1',
    node: NODE,
    runner: 'direct',
    // As some put it on their servers: then there is no rtnetlink(7) for IPv6 either.
    words: ['ipv6.disable=1'],
  },
  { name: 'x64-none', architecture: 'x64', cgroups: 'none', node: NODE, runner: 'direct' },
  { name: 'arm64-v2', architecture: 'arm64', cgroups: 'v2', node: NODE, runner: 'direct' },
  { name: 'x64-systemd', architecture: 'x64', systemd: true, node: NODE },
  { name: 'host-node20', host: true, node: NODE },
  { name: 'host-node22', host: true, node: '22.23.3' },
  { name: 'host-node24', host: true, node: '24.21.0' },
];
