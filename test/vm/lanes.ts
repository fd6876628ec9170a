import type { Architecture } from './architectures.ts';
import type { KernelChoice } from './image/base.ts';

/** A virtual machine in which the tests run. */
export type MachineLane = {
  readonly name: string;
  readonly architecture: Architecture;
  /** The hierarchies that the machine's first process mounts on /sys/fs/cgroup. */
  readonly cgroups: 'v2' | 'v1' | 'none';
  readonly node: string;
  readonly runner: 'direct' | 'reexec';
  /** Debian's kernel of the release if this is missing. */
  readonly kernel?: KernelChoice;
  /** In place of the processor of the architecture. */
  readonly processor?: string;
  /** More variables for the tests. */
  readonly environment?: Readonly<Record<string, string>>;
  /** The files of tests that run there; all of them if this is missing. */
  readonly files?: readonly string[];
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
  // Since Linux 6.12, EROFS is mounted from files; the second machine forces loop devices.
  ...(['erofs', 'erofs-loop'] as const).map(
    (kind): MachineLane => ({
      name: `x64-${kind}`,
      architecture: 'x64',
      cgroups: 'v2',
      node: NODE,
      runner: 'direct',
      kernel: 'backports',
      // QEMU 7.2 destroys the flags in CMPXCHG16B, with which newer kernels allocate memory.
      processor: 'Nehalem,-cx16',
      environment: { TSCOMPOSE_ROOT_KIND: kind },
      files: ['image-mounts', 'image-roots', 'root-archive'],
    }),
  ),
  { name: 'arm64-v2', architecture: 'arm64', cgroups: 'v2', node: NODE, runner: 'direct' },
  { name: 'x64-systemd', architecture: 'x64', systemd: true, node: NODE },
  { name: 'host-node20', host: true, node: NODE },
  { name: 'host-node22', host: true, node: '22.23.3' },
  { name: 'host-node24', host: true, node: '24.21.0' },
];
