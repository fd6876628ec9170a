import { ociConfig } from '../../src/container/config.ts';
import { NO_EDITS } from '../../src/container/devices/edits.ts';
import type { Container, HostFacts, Link, ServiceFacts } from '../../src/container/facts.ts';
import { BESIDE_SERVICES } from '../../src/container/resolver.ts';
import { confinementOf } from '../../src/container/seccomp/confinement.ts';
import type { CgroupLayout } from '../../src/kernel/cgroup.ts';
import { CAPABILITIES } from '../../src/kernel/program/constants.ts';
import { plainService } from '../../src/project/model/plain-service.ts';
import type { Service } from '../../src/project/model/project.ts';

/** A service that asks for nothing but a command. */
export const service = (changes: Partial<Service> = {}): Service => ({
  name: 'web',
  ...plainService,
  rootfs: { kind: 'directory', path: '/srv/root' },
  command: ['/bin/server'],
  networks: {},
  ...changes,
});

const hierarchy = { mountRoot: '/', readOnly: false, path: '/' } as const;

export const V2: CgroupLayout = {
  mode: 'v2',
  hierarchies: [
    { ...hierarchy, version: 2, controllers: ['cpu', 'memory', 'pids', 'io'], mountPoint: '/sys/fs/cgroup' },
  ],
};

export const V1: CgroupLayout = {
  mode: 'v1',
  hierarchies: [
    { ...hierarchy, version: 1, controllers: ['cpu', 'cpuacct'], mountPoint: '/sys/fs/cgroup/cpu,cpuacct' },
    { ...hierarchy, version: 1, controllers: ['memory'], mountPoint: '/sys/fs/cgroup/memory' },
    { ...hierarchy, version: 1, controllers: ['freezer'], mountPoint: '/sys/fs/cgroup/freezer' },
  ],
};

export const NONE: CgroupLayout = { mode: 'none', hierarchies: [] };

export const host = (changes: Partial<HostFacts> = {}): HostFacts => ({
  cgroups: V2,
  architecture: 'x64',
  kernel: '6.18',
  oomScoreAdj: 0,
  lastCapability: 40,
  capabilities: CAPABILITIES,
  nofile: { soft: 1024, hard: 4096 },
  throttledCpus: [],
  ...changes,
});

export const facts = (changes: Partial<ServiceFacts> = {}): ServiceFacts => ({
  user: { uid: 0, gid: 0, additionalGids: [], umask: 0o022 },
  home: '/root',
  lower: '/srv/root',
  rootMounts: [],
  extraPath: [],
  files: new Set(),
  tmpfsModes: new Map(),
  volumes: new Map(),
  blockDevices: new Map(),
  hostDevices: [],
  devices: [],
  edits: NO_EDITS,
  ...changes,
});

export const link: Link = {
  network: 'default',
  hostName: 'tsc0123456789ab',
  name: 'eth0',
  bridge: 7,
  addresses: [{ address: '172.20.0.2', prefix: 20 }],
  routes: [],
  gateways: ['172.20.0.1'],
  mac: '02:42:ac:14:00:02',
  port: {},
};

export const container = (
  changes: Partial<Service> = {},
  details: Partial<Container> & { readonly facts?: ServiceFacts } = {},
): Container => {
  const machine = details.host ?? host();
  const { facts: found = facts(), ...rest } = details;
  const config = ociConfig(service(changes), found, machine, {
    hostname: 'box',
    cgroup: 'tscompose/app/app-web-1',
  });
  return {
    name: 'web-1',
    config,
    filter: confinementOf(service(changes), config.process.capabilities.bounding, machine)?.filter(
      'services.web.security_opt',
    ),
    init: changes.init ?? false,
    places: {
      run: '/run/app/web',
      mountPoint: '/run/app/root',
      layer: '/var/app/web',
      layerInMemory: false,
      cgroup: 'tscompose/app/app-web-1',
    },
    shared: [],
    inheritance: {},
    links: [link],
    files: found.files,
    volumes: found.volumes,
    madeSources: [],
    grants: changes.grants ?? [],
    grantBytes: 0,
    resolver: BESIDE_SERVICES,
    etc: { hosts: '', hostname: 'box\n', 'resolv.conf': '' },
    host: machine,
    stdio: 'logs',
    hasInput: false,
    origin: (key) => `services.web.${key}`,
    ...rest,
  };
};
