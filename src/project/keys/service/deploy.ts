import type { CanonicalDeploy } from '../../model/canonical.ts';
import type { Limits } from '../../model/project.ts';
import { readCpus } from '../../scalars/numbers.ts';
import {
  bytes,
  choice,
  duration,
  integer,
  labels,
  list,
  mapping,
  number,
  orNothing,
  scalar,
  text,
  texts,
} from '../kinds.ts';
import { asCpus } from '../long-forms.ts';
import { deviceRequest } from '../parts/device-request.ts';
import { memoryLimits } from '../parts/memory-limits.ts';
import { memory } from '../parts/memory-size.ts';
import type { Part, ServiceKey } from '../service-key.ts';

const cpus = { ...scalar(readCpus), longForm: asCpus };

const limits = mapping('limit', {
  cpus: { ...cpus, description: 'Most CPUs, such as 0.5.' },
  memory: { ...memory, description: 'Most memory, such as `256m`.' },
  pids: { ...integer(-1), description: 'Most processes and threads.' },
});

const generic = mapping('resource', {
  discrete_resource_spec: {
    ...mapping('resource', {
      kind: { ...text(), description: 'What it is.' },
      value: { ...integer(0), description: 'How many are needed.' },
    }),
    description: 'A kind and a number.',
  },
});

const reservations = mapping('reservation', {
  cpus: { ...cpus, description: 'CPUs that are promised.' },
  memory: { ...bytes(), description: 'Memory that is promised.' },
  generic_resources: { ...list(generic), description: 'Things of which a machine has a number.' },
  devices: { ...list(deviceRequest(['capabilities'])), description: 'Devices that are made available.' },
});

const resources = mapping('resource', {
  limits: { ...orNothing(limits), description: 'What a container may use at most.' },
  reservations: { ...orNothing(reservations), unsupported: 'resources that are promised' },
});

const restart = mapping('restart policy', {
  condition: {
    ...choice('none', 'on-failure', 'any'),
    description: 'When to start again, `any` by default.',
  },
  delay: { ...duration(), description: 'Time before it is started again.' },
  max_attempts: { ...integer(0), description: 'How often it is tried.' },
  window: { ...duration(), description: 'Time after which a start counts as one that went well.' },
});

const update = mapping('update', {
  parallelism: { ...integer(0), description: 'How many containers at a time, 0 for all.' },
  delay: { ...duration(), description: 'Time between two groups.' },
  failure_action: {
    ...choice('continue', 'rollback', 'pause'),
    description: 'What to do when one fails.',
  },
  monitor: { ...duration(), description: 'Time in which a failure counts.' },
  max_failure_ratio: { ...number(0, 1), description: 'Share of failures that is put up with.' },
  order: {
    ...choice('start-first', 'stop-first'),
    description: 'Whether the old one is stopped before the new one starts.',
  },
});

const placement = mapping('placement', {
  constraints: { ...texts(), description: 'What a machine must be like.' },
  preferences: {
    ...list(
      mapping('preference', { spread: { ...text(), description: 'Label over whose values to spread.' } }),
    ),
    description: 'What a machine should be like.',
  },
  max_replicas_per_node: { ...integer(0), description: 'Most containers on one machine.' },
});

const deployment = mapping('deployment', {
  mode: {
    ...choice('replicated', 'global', 'replicated-job', 'global-job'),
    unsupported: 'one container on each machine, or containers that end',
    honoured: ['replicated'],
  },
  replicas: { ...integer(0), unsupported: 'how many containers to run', honoured: [1] },
  endpoint_mode: {
    ...choice('vip', 'dnsrr'),
    unsupported: 'how clients find one of several containers',
  },
  labels: { ...labels(), unsupported: 'labels of the service rather than of its containers' },
  resources: {
    ...orNothing(resources),
    description: 'What a container may use, and what it is promised.',
  },
  restart_policy: { ...orNothing(restart), unsupported: 'what to do when a container ends' },
  update_config: { ...orNothing(update), unsupported: 'how containers are replaced' },
  rollback_config: { ...orNothing(update), unsupported: 'how containers are put back when that failed' },
  placement: { ...orNothing(placement), unsupported: 'where containers run' },
});

export const key: ServiceKey<CanonicalDeploy> = {
  ...orNothing(deployment),
  description: 'Limits of resources, also written as keys of the service.',
  // Where keys of the service say the same, they agree.
  model: (deploy, { keys }) => ({ limits: { ...limitsOf(deploy), ...memoryLimits(keys) } }),
};

function limitsOf({ resources }: CanonicalDeploy): Part<Limits> {
  const { cpus, pids } = resources?.limits ?? {};
  return { cpus: cpus || undefined, pids: pids !== undefined && pids <= 0 ? -1 : pids };
}
