import type { ModelPath } from '../../base/diagnostic.ts';
import type { Service } from '../../project/model/project.ts';
import { isBelow } from './mountinfo.ts';
import type { Opening } from './rules.ts';

type Origin = {
  readonly service: Service;
  /** The name of its container. */
  readonly container: string;
  readonly others: readonly Service[];
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
  'no-filter': ({ service }) =>
    service.seccomp === 'unconfined' ? `services.${service.name}.security_opt` : privileged(service),
  'extra-device': ({ service }) => privileged(service),
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
  Object.hasOwn(namespaces, type) ? `services.${name}.${type}` : undefined;

/** The key by which another service takes the namespace of this one. */
const sharerKey = ({ service, container }: Origin, other: Service, type: string): readonly ModelPath[] => {
  const entry = Object.entries(other.namespaces ?? {}).find(([key]) => key === type)?.[1];
  const isOurs =
    (entry?.kind === 'service' && entry.name === service.name) ||
    (entry?.kind === 'container' && entry.name === container);
  return isOurs ? [`services.${other.name}.${type}`] : [];
};

const privileged = ({ name, privileged }: Service): ModelPath | undefined =>
  privileged ? `services.${name}.privileged` : undefined;
