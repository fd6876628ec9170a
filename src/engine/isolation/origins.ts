import { resolve } from 'node:path';
import type { ModelPath } from '../../base/diagnostic.ts';
import type { OciDevice } from '../../container/oci.ts';
import { keyOf as modelKeyOf } from '../../project/model/key-of.ts';
import type { Service } from '../../project/model/project.ts';
import { parseDeviceList, ruleVerdict } from './device-list.ts';
import { isBelow } from './mountinfo.ts';
import type { Opening } from './rules.ts';

type Origin = {
  readonly service: Service;
  /** The name of its container. */
  readonly container: string;
  readonly others: readonly Service[];
  /** The device nodes of the container. */
  readonly nodes: readonly OciDevice[];
};

/** The key of the file that opens something; undefined if there is none. */
export const keyOf = (
  { rule, subject }: Pick<Opening, 'rule' | 'subject'>,
  origin: Origin,
): ModelPath | undefined => KEYS[rule](origin, subject);

type Find = (origin: Origin, subject: string) => ModelPath | undefined;

const KEYS: Readonly<Record<Opening['rule'], Find>> = {
  'host-namespace': ({ service }, type) => namespaceKey(service, type),
  'shared-namespace': (origin, type) =>
    namespaceKey(origin.service, type) ?? origin.others.flatMap((one) => sharerKey(origin, one, type))[0],
  'extra-capability': ({ service }, capability) => {
    const index = service.capAdd.findIndex((name) => name === capability || name === 'ALL');
    return index < 0 ? privileged(service) : `services.${service.name}.cap_add[${index}]`;
  },
  'no-filter': ({ service }) => service.unconfinedFrom ?? privileged(service),
  'extra-device': (origin, subject) => deviceKey(origin, subject) ?? privileged(origin.service),
  'writable-host-path': ({ service }, target) => {
    const innermost = service.mounts
      .filter((mount) => isBelow(target, mount.target))
      .toSorted((a, b) => b.target.length - a.target.length)[0];
    if (innermost) return innermost.from;
    return isBelow(target, '/dev/shm') ? namespaceKey(service, 'ipc') : privileged(service);
  },
  'host-root': ({ service }) => (service.user === undefined ? undefined : `services.${service.name}.user`),
};

const namespaceKey = ({ name, namespaces = {} }: Service, type: string): ModelPath | undefined =>
  Object.hasOwn(namespaces, type) ? `services.${name}.${modelKeyOf(type)}` : undefined;

/** The key by which another service takes the namespace of this one. */
const sharerKey = ({ service, container }: Origin, other: Service, type: string): readonly ModelPath[] => {
  const entry = Object.entries(other.namespaces ?? {}).find(([key]) => key === type)?.[1];
  const isOurs =
    (entry?.kind === 'service' && entry.name === service.name) ||
    (entry?.kind === 'container' && entry.name === container);
  return isOurs ? [`services.${other.name}.${modelKeyOf(type)}`] : [];
};

/** The device of the service with this number, or the first rule that allows it. */
const deviceKey: Find = ({ service: { name, devices = [], deviceRules = [] }, nodes }, subject) => {
  const paths = nodes
    .filter(({ type, major, minor }) => `${type} ${major}:${minor}` === subject)
    .map(({ path }) => path);
  const device = devices.findIndex(({ target }) => paths.includes(resolve('/', target)));
  if (device >= 0) return `services.${name}.devices[${device}]`;
  const rule = deviceRules.findIndex((text) => isAllowedBy(text, subject));
  return rule < 0 ? undefined : `services.${name}.device_cgroup_rules[${rule}]`;
};

const isAllowedBy = (rule: string, subject: string): boolean => {
  const [, type, major, minor] = /^([bc]) (\d+):(\d+)$/.exec(subject) ?? [];
  if (minor === undefined) return rule.startsWith('a ');
  const device = { type: type as 'b', major: Number(major), minor: Number(minor) };
  const verdict = ruleVerdict(parseDeviceList(rule));
  return verdict(device, 'r') === true || verdict(device, 'w') === true;
};

const privileged = ({ name, privileged }: Service): ModelPath | undefined =>
  privileged ? `services.${name}.privileged` : undefined;
