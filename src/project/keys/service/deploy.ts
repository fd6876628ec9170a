import type { CanonicalDeploy } from '../../model/canonical.ts';
import type { Limits } from '../../model/project.ts';
import { MOST_REPLICAS } from '../../model/replicas.ts';
import { readCpus } from '../../scalars/numbers.ts';
import type { Tree } from '../../tree/tree.ts';
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
import { requestsOf } from '../parts/requests-of.ts';
import { restartOf } from '../parts/restart-policy.ts';
import { withDefaults } from '../parts/with-defaults.ts';
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
      kind: { ...text(), description: 'Kind of the resource.' },
      value: { ...integer(0), keepsZero: true, description: 'Number of units, 0 by default.' },
    }),
    longForm: asUnits,
    description: 'A kind and a number.',
  },
});

const reservations = mapping('reservation', {
  // It chooses among the machines of a cluster. Docker Compose is quiet about it as well.
  cpus: {
    ...cpus,
    description: 'CPUs that a machine needs to have free; a single machine runs the container all the same.',
  },
  memory: { ...bytes(), description: 'Memory that the kernel protects from reclaim when memory is short.' },
  generic_resources: { ...list(generic), inapplicable: 'only a swarm counts resources of its machines' },
  devices: { ...list(deviceRequest(['capabilities'])), description: 'Reserved devices.' },
});

const resources = mapping('resource', {
  limits: { ...orNothing(limits), description: 'Limits of a container.' },
  reservations: { ...orNothing(reservations), description: 'Reservations of a container.' },
});

const restart = mapping('restart policy', {
  condition: {
    ...choice('none', 'on-failure', 'any', 'always', 'unless-stopped', ''),
    description: 'Condition of a restart, `any` by default.',
  },
  delay: { ...duration(), description: 'Time before a restart.' },
  max_attempts: { ...integer(0), keepsZero: true, description: 'Number of attempts.' },
  window: { ...duration(), description: 'Time after which a restart counts as successful.' },
});

const update = mapping('update', {
  parallelism: { ...integer(0), keepsZero: true, description: 'Number of containers at a time, 0 for all.' },
  delay: { ...duration(), sameAsNone: '0s', description: 'Time between two groups.' },
  failure_action: {
    ...choice('continue', 'rollback', 'pause', ''),
    description: 'Action after a failure.',
  },
  monitor: { ...duration(), sameAsNone: '0s', description: 'Time in which a failure counts.' },
  max_failure_ratio: { ...number(0, 1), description: 'Tolerated share of failures.' },
  order: {
    ...choice('start-first', 'stop-first'),
    description: 'Order of stopping the old container and starting the new one.',
  },
});

const placement = mapping('placement', {
  constraints: { ...texts(), description: 'Required properties of the machine.' },
  preferences: {
    ...list(
      mapping('preference', { spread: { ...text(), description: 'Label over whose values to spread.' } }),
    ),
    description: 'Preferred properties of the machine.',
  },
  max_replicas_per_node: { ...integer(0), description: 'Most containers on one machine.' },
});

const deployment = mapping('deployment', {
  mode: {
    ...choice('replicated', 'global', 'replicated-job', 'global-job', ''),
    inapplicable: 'only a swarm has other machines and jobs; Docker Compose ignores it too',
    honoured: ['replicated'],
  },
  replicas: {
    ...integer(0, MOST_REPLICAS),
    keepsZero: true,
    description: 'Number of containers, 1 by default.',
  },
  endpoint_mode: {
    ...choice('vip', 'dnsrr', ''),
    inapplicable: 'only a swarm has endpoints; Docker Compose ignores it too',
  },
  labels: {
    ...labels(),
    inapplicable: 'only a swarm keeps labels of services; those of containers stand outside of `deploy`',
  },
  resources: {
    ...orNothing(resources),
    blank: {},
    description: 'Limits and reservations of a container.',
  },
  restart_policy: { ...orNothing(restart), description: 'Restarts of containers that have ended.' },
  update_config: {
    ...orNothing(update),
    inapplicable: 'only a swarm rolls out updates; Docker Compose ignores it too',
  },
  rollback_config: {
    ...orNothing(update),
    inapplicable: 'only a swarm rolls updates back; Docker Compose ignores it too',
  },
  placement: { ...orNothing(placement), blank: {}, inapplicable: 'only a swarm has machines to choose from' },
});

export const key: ServiceKey<CanonicalDeploy> = {
  ...orNothing(deployment),
  description: 'Limits of resources and a restart policy, also written as keys of the service.',
  // Where keys of the service say the same, they agree.
  model: (deploy, service) => ({
    replicas: deploy.replicas,
    limits: { ...limitsOf(deploy), ...memoryLimits(service.keys) },
    deviceRequests: requestsOf(service),
    restart: restartOf(service.keys),
  }),
};

function asUnits(tree: Tree): Tree {
  return tree.kind === 'mapping' ? withDefaults(tree, { value: 0 }) : tree;
}

function limitsOf({ resources }: CanonicalDeploy): Part<Limits> {
  const { cpus, pids } = resources?.limits ?? {};
  return {
    cpus: cpus || undefined,
    pids: pids !== undefined && pids <= 0 ? -1 : pids,
    memoryReservation: Number(resources?.reservations?.memory ?? 0) || undefined,
  };
}
