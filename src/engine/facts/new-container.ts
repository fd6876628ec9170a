import { created } from '../../base/status.ts';
import { configHash } from '../../plan/hash.ts';
import type { Service } from '../../project/model/project.ts';
import { containerId } from '../context/identifiers.ts';
import { type AddressesOf, recordedAddresses } from '../networks/addresses.ts';
import type { ContainerRecord } from '../record/project-record.ts';
import type { RunnerName } from './runners.ts';

/**
 * The record of a new container; it takes over the addresses of the replaced container where they fit, and its anonymous
 * volumes unless they are renewed.
 */
export const newContainer = (
  addressesOf: AddressesOf,
  service: Service,
  number: number,
  name: string,
  runner: RunnerName,
  { oneOff = false, ports, replaced, renewsVolumes = false }: NewContainerChoices = {},
): ContainerRecord => ({
  id: containerId(),
  name,
  service: service.name,
  number,
  oneOff,
  configHash: configHash(service),
  definition: service,
  created: Date.now(),
  ...recordedAddresses(
    Object.entries(service.networks).map(([key, attachment]) => [
      key,
      addressesOf(key, replaced?.name ?? name, attachment),
    ]),
  ),
  ...volumesOf(service, renewsVolumes ? {} : replaced?.volumes),
  ...created(),
  ...(ports && { ports }),
  runner,
  ...(replaced ? { replaces: { id: replaced.id, name: replaced.name } } : {}),
});

export type NewContainerChoices = {
  readonly oneOff?: boolean;
  readonly ports?: ContainerRecord['ports'] | undefined;
  readonly replaced?: ContainerRecord;
  readonly renewsVolumes?: boolean;
};

/** The names of the volumes of a container; anonymous ones are those that it had at the same targets, or new ones. */
const volumesOf = (
  { mounts }: Service,
  before: ContainerRecord['volumes'] = {},
): Pick<ContainerRecord, 'volumes'> => {
  const volumes = mounts.flatMap((mount) =>
    mount.kind === 'volume'
      ? [[mount.target, mount.volume ?? before[mount.target] ?? containerId()] as const]
      : [],
  );
  return volumes.length === 0 ? {} : { volumes: Object.fromEntries(volumes) };
};
