import { readCpus, readMemory } from '../scalars/numbers.ts';
import { requestSchema } from './devices.ts';
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
} from './fields.ts';

/** Builds the schema of `deploy`. */
export function deploySchema() {
  const deploy = mapping('deployment', {
    mode: choice('replicated', 'global', 'replicated-job', 'global-job').describe(
      'How containers are spread.',
    ),
    replicas: integer(0).describe('How many containers to run.'),
    endpoint_mode: choice('vip', 'dnsrr').describe('How clients find one of several containers.'),
    labels: labels().describe('Labels of the service rather than of its containers.'),
    resources: orNothing(resourcesSchema()).describe('What a container may use, and what it is promised.'),
    restart_policy: orNothing(restartSchema()).describe('What to do when a container ends.'),
    update_config: orNothing(updateSchema()).describe('How containers are replaced.'),
    rollback_config: orNothing(updateSchema()).describe('How containers are put back when that failed.'),
    placement: orNothing(placementSchema()).describe('Where containers run.'),
  });
  return orNothing(deploy);
}

function resourcesSchema() {
  const limits = mapping('limit', {
    cpus: scalar(readCpus).describe('Most CPUs, such as 0.5.'),
    memory: scalar(readMemory).describe('Most memory, such as `256m`.'),
    pids: integer(-1).describe('Most processes and threads.'),
  });
  const reservations = mapping('reservation', {
    cpus: scalar(readCpus).describe('CPUs that are promised.'),
    memory: bytes().describe('Memory that is promised.'),
    generic_resources: list(genericSchema()).describe('Things of which a machine has a number.'),
    devices: list(requestSchema(['capabilities'])).describe('Devices that are made available.'),
  });
  return mapping('resource', {
    limits: orNothing(limits).describe('What a container may use at most.'),
    reservations: orNothing(reservations).describe('What a container is promised.'),
  });
}

function genericSchema() {
  const spec = mapping('resource', {
    kind: text().describe('What it is.'),
    value: integer(0).describe('How many are needed.'),
  });
  return mapping('resource', { discrete_resource_spec: spec.describe('A kind and a number.') });
}

function restartSchema() {
  return mapping('restart policy', {
    condition: choice('none', 'on-failure', 'any').describe('When to start again, `any` by default.'),
    delay: duration().describe('Time before it is started again.'),
    max_attempts: integer(0).describe('How often it is tried.'),
    window: duration().describe('Time after which a start counts as one that went well.'),
  });
}

function updateSchema() {
  return mapping('update', {
    parallelism: integer(0).describe('How many containers at a time, 0 for all.'),
    delay: duration().describe('Time between two groups.'),
    failure_action: choice('continue', 'rollback', 'pause').describe('What to do when one fails.'),
    monitor: duration().describe('Time in which a failure counts.'),
    max_failure_ratio: number(0, 1).describe('Share of failures that is put up with.'),
    order: choice('start-first', 'stop-first').describe(
      'Whether the old one is stopped before the new one starts.',
    ),
  });
}

function placementSchema() {
  const preference = mapping('preference', { spread: text().describe('Label over whose values to spread.') });
  return mapping('placement', {
    constraints: texts().describe('What a machine must be like.'),
    preferences: list(preference).describe('What a machine should be like.'),
    max_replicas_per_node: integer(0).describe('Most containers on one machine.'),
  });
}
