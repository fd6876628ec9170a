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
} from '../../base/shape.ts';
import type { DeviceRequest, FoundImage, Network, Project, Rootfs, Service, Volume } from './project.ts';

/** It becomes a name of files. */
const digest: Check = (value) =>
  text(value) ?? (/^sha256:[0-9a-f]{64}$/.test(value as string) ? undefined : ' is no SHA-256 digest');

const deviceRequest = object({
  driver: optional(text),
  count: optional(number),
  ids: optional(list(text)),
  capabilities: list(text),
  from: text,
} satisfies Shape<DeviceRequest>);

const image = object({
  kind: oneOf(['image']),
  reference: text,
  id: digest,
  digest,
  layers: list(digest),
} satisfies Shape<FoundImage>);

/** An image that was not looked up is no root yet. */
const rootfs: Check = (value) =>
  object({ kind: oneOf(['host', 'directory', 'image']) })(value) ??
  ((value as Rootfs).kind === 'image' ? image(value) : undefined);

/** Properties without a check here are read by a start only, and a wrong one is its error. */
export const service = object({
  name: text,
  rootfs,
  entrypoint: orNull(list(text)),
  command: orNull(list(text)),
  environment: map(text),
  tty: flag,
  stdinOpen: flag,
  attach: optional(flag),
  init: flag,
  readOnly: flag,
  privileged: flag,
  capAdd: list(text),
  capDrop: list(text),
  ulimits: map(object({ soft: number, hard: number })),
  sysctls: map(text),
  limits: object({}),
  devices: optional(list(object({ source: text, target: text, permissions: text }))),
  deviceRequests: optional(list(deviceRequest)),
  deviceRules: optional(list(text)),
  mounts: list(object({ kind: text, target: text, from: text })),
  grants: optional(
    list(
      object({
        from: text,
        kind: oneOf(['config', 'secret']),
        key: text,
        target: text,
        uid: number,
        gid: number,
        mode: number,
        source: object({ kind: oneOf(['file', 'environment', 'content']) }),
      }),
    ),
  ),
  volumesFrom: optional(list(object({ kind: oneOf(['service', 'container']), name: text }))),
  networks: map(object({ aliases: list(text) })),
  dependsOn: map(object({ condition: text })),
  labels: map(text),
  namespaces: optional(map(object({ kind: text }))),
  cgroupParent: optional(text),
  hostname: optional(text),
  stopSignal: text,
  stopGracePeriod: number,
} satisfies Partial<Shape<Service>>);

const network = object({
  key: text,
  name: text,
  subnet: optional(text),
  gateway: optional(text),
} satisfies Shape<Network>);

const volume = object({
  key: text,
  name: text,
  external: flag,
  options: map(text),
  labels: map(text),
} satisfies Shape<Volume>);

/** The fault of a project that comes from elsewhere; undefined if it is valid. */
export const projectProblem = object({
  name: text,
  workingDir: text,
  files: list(text),
  environmentFiles: optional(list(text)),
  separator: optional(oneOf(['_'])),
  services: map(service),
  inactive: list(text),
  networks: map(network),
  volumes: map(volume),
} satisfies Shape<Project>);
