import type { Reason } from '../../base/diagnostic.ts';
import { type Health, type HealthResult, healthStatuses } from '../../base/health.ts';
import {
  type Check,
  flag,
  list,
  map,
  number,
  object,
  oneOf,
  optional,
  type Shape,
  text,
} from '../../base/shape.ts';
import { statusNames } from '../../base/status.ts';
import { service } from '../../project/model/shape.ts';
import { protocols } from '../../project/scalars/network/ports.ts';
import {
  type ContainerRecord,
  type NetworkBlock,
  type NetworkRecord,
  type ProjectRecord,
  VERSION,
} from './project-record.ts';

/** The first problem of a value that was read as a record; undefined if it is valid. */
export const recordProblem: Check = (value) => record(value);

const health = object({
  status: oneOf(healthStatuses),
  failingStreak: number,
  log: list(
    object({ start: number, end: number, exitCode: number, output: text } satisfies Shape<HealthResult>),
  ),
} satisfies Shape<Health>);
const reason = object({
  message: text,
  facts: optional(list(list(text))),
  notes: optional(list(text)),
  help: optional(text),
} satisfies Shape<Reason>);

const container = object({
  id: text,
  name: text,
  service: text,
  number,
  oneOff: flag,
  configHash: text,
  definition: service,
  created: number,
  addresses: map(text),
  addresses6: optional(map(text)),
  volumes: optional(map(text)),
  ports: optional(list(object({ protocol: oneOf(protocols), hostIp: text, hostPort: number, port: number }))),
  runner: oneOf(['direct', 'reexec']),
  state: oneOf(statusNames),
  startedAt: optional(number),
  finishedAt: optional(number),
  exitCode: number,
  oomKilled: flag,
  restartCount: optional(number),
  restartDelay: optional(number),
  startFailure: optional(reason),
  stoppedByHand: optional(flag),
  stoppedForBoot: optional(flag),
  health: optional(health),
  rejoins: optional(flag),
  remove: optional(flag),
  replaces: optional(object({ id: text, name: text })),
  run: optional(object({ hasCommand: flag, consoleSize: optional(list(number)) })),
} satisfies Shape<ContainerRecord>);

const block = object({
  subnet: text,
  gateway: text,
  range: optional(text),
  reserved: optional(list(text)),
} satisfies Shape<NetworkBlock>);

export const networkShape = object({
  key: text,
  name: text,
  hash: text,
  subnet: text,
  gateway: text,
  subnet6: optional(text),
  gateway6: optional(text),
  blocks: optional(list(block)),
  external: optional(flag),
  internal: optional(flag),
  options: optional(map(text)),
  labels: optional(map(text)),
  bridge: text,
} satisfies Shape<NetworkRecord>);

const record = object({
  version: oneOf([VERSION]),
  name: text,
  workingDir: text,
  files: list(text),
  environmentFiles: optional(list(text)),
  networks: map(networkShape),
  containers: map(container),
  cgroups: optional(list(text)),
  rotated: optional(list(text)),
  toldOfBoot: optional(flag),
} satisfies Shape<ProjectRecord>);
