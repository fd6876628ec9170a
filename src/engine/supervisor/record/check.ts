import {
  type Check,
  flag,
  list,
  map,
  number,
  object,
  oneOf,
  optional,
  orNull,
  type Shape,
  text,
} from '../../../base/shape.ts';
import { statusNames } from '../../../base/status.ts';
import type { Service } from '../../../project/model/project.ts';
import { type ContainerRecord, type NetworkRecord, type ProjectRecord, VERSION } from './project-record.ts';

/** What is wrong with a value that was read as a record; undefined when it can be worked with. */
export const recordProblem: Check = (value) => record(value);

// What is left out here is read by a start alone, which then fails and says so.
const definition = object({
  name: text,
  rootfs: object({ kind: oneOf(['host', 'directory']) }),
  entrypoint: orNull(list(text)),
  command: orNull(list(text)),
  environment: map(text),
  tty: flag,
  stdinOpen: flag,
  init: flag,
  readOnly: flag,
  privileged: flag,
  capAdd: list(text),
  capDrop: list(text),
  ulimits: map(object({ soft: number, hard: number })),
  sysctls: map(text),
  limits: object({}),
  mounts: list(object({ kind: text, target: text, from: text })),
  networks: map(object({ aliases: list(text) })),
  dependsOn: map(object({ condition: text })),
  labels: map(text),
  namespaces: optional(map(object({ kind: text }))),
  cgroupParent: optional(text),
  hostname: optional(text),
  stopSignal: text,
  stopGracePeriod: number,
} satisfies Partial<Shape<Service>>);

const container = object({
  id: text,
  name: text,
  service: text,
  number,
  oneOff: flag,
  configHash: text,
  definition,
  created: number,
  addresses: map(text),
  runner: oneOf(['direct', 'reexec']),
  state: oneOf(statusNames),
  startedAt: optional(number),
  finishedAt: optional(number),
  exitCode: number,
  oomKilled: flag,
  remove: optional(flag),
  replaces: optional(object({ id: text, name: text })),
  run: optional(object({ hasCommand: flag, consoleSize: optional(list(number)) })),
} satisfies Shape<ContainerRecord>);

const network = object({
  key: text,
  name: text,
  hash: text,
  subnet: text,
  gateway: text,
  bridge: text,
} satisfies Shape<NetworkRecord>);

const record = object({
  version: oneOf([VERSION]),
  name: text,
  workingDir: text,
  files: list(text),
  networks: map(network),
  containers: map(container),
  cgroups: optional(list(text)),
} satisfies Shape<ProjectRecord>);
