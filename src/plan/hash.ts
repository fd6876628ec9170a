import { createHash } from 'node:crypto';
import type { FoundImage, Grant, Mount, Network, Service } from '../project/model/project.ts';

/**
 * SHA-256, in hexadecimal, of all that a container of this service is made from, what it depends on left out. The
 * definitions of its networks are no part of that: a running container is connected to a new network.
 */
export const configHash = (service: Service): string => hash(comparable(service));

/** SHA-256 of a network as the file describes it; a subnet that was chosen is no part of that. */
export const networkHash = ({ from: _, ...network }: Network): string => hash(network);

/** A service without what may change while its containers stay as they are. */
export const comparable = ({
  dependsOn: _,
  attach: __,
  unconfinedFrom: ___,
  replicas: ____,
  rootfs,
  mounts,
  grants,
  deviceRequests,
  ports,
  ...service
}: Service): Readonly<Record<string, unknown>> => ({
  ...service,
  rootfs: rootfs.kind === 'image' ? nameAndId(rootfs) : rootfs,
  mounts: mounts.filter(isOwn).map(({ from: _____, ...mount }) => {
    if (mount.kind !== 'image' || mount.image.kind !== 'image') return mount;
    return { ...mount, image: nameAndId(mount.image) };
  }),
  ...(grants?.some(isOwn) && { grants: grants.filter(isOwn).map(({ from: ______, ...grant }) => grant) }),
  ...(deviceRequests && { deviceRequests: deviceRequests.map(({ from: _______, ...request }) => request) }),
  ...(ports && { ports: ports.map(({ from: ________, ...port }) => port) }),
});

/** The same image may come as another manifest. */
const nameAndId = ({ kind, reference, id }: FoundImage) => ({ kind, reference, id });

const isOwn = ({ inherited }: Pick<Mount | Grant, 'inherited'>): boolean => !inherited;

/** JSON whose keys are sorted, so that equal values have equal text. */
export const stableJson = (value: unknown): string => JSON.stringify(sorted(value)) ?? 'null';

const hash = (value: unknown): string => createHash('sha256').update(stableJson(value)).digest('hex');

// In advance: JSON.stringify takes three times as long where it calls a function for each value.
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const record = value as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.keys(record)
      .sort()
      .map((key) => [key, sorted(record[key])]),
  );
};
