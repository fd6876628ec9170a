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
} from '../../../base/shape.ts';
import { statusNames } from '../../../base/status.ts';
import { service } from '../../../project/model/shape.ts';
import { type ContainerRecord, type NetworkRecord, type ProjectRecord, VERSION } from './project-record.ts';

/** The first problem of a value that was read as a record; undefined if it is valid. */
export const recordProblem: Check = (value) => record(value);

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
  volumes: optional(map(text)),
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
  environmentFiles: optional(list(text)),
  networks: map(network),
  containers: map(container),
  cgroups: optional(list(text)),
} satisfies Shape<ProjectRecord>);
