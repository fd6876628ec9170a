import type { Service } from './project.ts';

/** A service of which the file says nothing. */
export const plainService: Omit<Service, 'name'> = {
  rootfs: { kind: 'host' },
  entrypoint: null,
  command: null,
  environment: {},
  tty: false,
  stdinOpen: false,
  init: false,
  readOnly: false,
  privileged: false,
  capAdd: [],
  capDrop: [],
  ulimits: {},
  sysctls: {},
  limits: {},
  mounts: [],
  networks: { default: { aliases: [] } },
  dependsOn: {},
  labels: {},
  stopSignal: 'SIGTERM',
  stopGracePeriod: 10_000,
};
