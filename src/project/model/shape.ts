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
import { protocols } from '../scalars/network/ports.ts';
import type { HealthCheck } from './health-check.ts';
import type {
  AddressBlock,
  Attachment,
  DeviceRequest,
  FoundImage,
  Mount,
  Network,
  Port,
  Project,
  RestartPolicy,
  Rootfs,
  Service,
  Volume,
} from './project.ts';

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

const mount: Check = (value) =>
  object({ kind: text, target: text, from: text })(value) ??
  ((value as Mount).kind === 'image' ? object({ image })(value) : undefined);

const protocol = oneOf(protocols);

const port = object({
  from: text,
  target: number,
  protocol,
  published: optional(object({ first: number, last: number })),
  hostIp: optional(text),
} satisfies Shape<Port>);

const attachment = object({
  aliases: list(text),
  ipv4Address: optional(text),
  ipv6Address: optional(text),
  macAddress: optional(text),
  priority: optional(number),
  gatewayPriority: optional(number),
  interfaceName: optional(text),
  sysctls: optional(map(text)),
  hasNames: optional(flag),
} satisfies Shape<Attachment>);

const healthcheck = object({
  test: list(text),
  shell: optional(list(text)),
  interval: number,
  timeout: number,
  retries: number,
  startPeriod: number,
  startInterval: number,
} satisfies Shape<HealthCheck>);

/** Properties without a check here are read by a start only, and a wrong one is its error. */
export const service = object({
  name: text,
  replicas: optional(number),
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
  logging: optional(
    object({ driver: oneOf(['json-file', 'local', 'none']), maxSize: number, maxFiles: number }),
  ),
  sysctls: map(text),
  limits: object({}),
  devices: optional(list(object({ source: text, target: text, permissions: text }))),
  deviceRequests: optional(list(deviceRequest)),
  deviceRules: optional(list(text)),
  mounts: list(mount),
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
  ports: optional(list(port)),
  expose: optional(list(object({ protocol, first: number, last: number }))),
  dns: optional(list(text)),
  dnsSearch: optional(list(text)),
  dnsOptions: optional(list(text)),
  extraHosts: optional(list(object({ host: text, addresses: list(text) }))),
  links: optional(list(object({ name: text, alias: text }))),
  externalLinks: optional(list(object({ name: text, alias: text }))),
  networks: map(attachment),
  macAddress: optional(text),
  dependsOn: map(
    object({ condition: oneOf(['service_started', 'service_healthy', 'service_completed_successfully']) }),
  ),
  labels: map(text),
  namespaces: optional(map(object({ kind: text }))),
  cgroupParent: optional(text),
  hostname: optional(text),
  stopSignal: text,
  stopGracePeriod: number,
  restart: optional(
    object({
      kind: oneOf(['always', 'unless-stopped', 'on-failure']),
      attempts: optional(number),
      delay: optional(number),
      window: optional(number),
    } satisfies Shape<RestartPolicy>),
  ),
  healthcheck: optional(healthcheck),
} satisfies Partial<Shape<Service>>);

const block = object({
  subnet: optional(text),
  range: optional(text),
  gateway: optional(text),
  auxiliary: optional(map(text)),
} satisfies Shape<AddressBlock>);

const network = object({
  key: text,
  from: optional(text),
  name: text,
  external: optional(flag),
  internal: optional(flag),
  ipv4: optional(flag),
  ipv6: optional(flag),
  blocks: optional(list(block)),
  labels: optional(map(text)),
  options: optional(map(text)),
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
