import type { Grant, Mount, Service } from '../../project/model/project.ts';
import type { MountsOf } from '../../project/scalars/references.ts';
import { firstContainerOf } from '../record/first-container.ts';
import type { ContainerRecord } from '../record/project-record.ts';

/** Finds the container that an entry of `volumes_from` names; undefined if there is none. */
export type FindOwner = (source: MountsOf) => ContainerRecord | undefined;

/**
 * A new container with the bind mounts, images and volumes of the containers that its `volumes_from` names, and with their
 * configs and secrets from files, which Docker Compose mounts as well. As in Docker, they are those at its creation, the
 * last of two with one target counts, and the mounts of the service itself win.
 */
const withVolumesFrom = (record: ContainerRecord, find: FindOwner): ContainerRecord => {
  const { definition } = record;
  const own = definition.mounts.filter(({ inherited }) => !inherited);
  const ownGrants = (definition.grants ?? []).filter(({ inherited }) => !inherited);
  const taken = new Set([...own, ...ownGrants].map(({ target }) => target));
  const handedOn = handedOnTo(definition, find).filter(({ target }) => !taken.has(target));
  const inherited = handedOn.filter((one) => !isGrant(one));
  const grants = [...ownGrants, ...handedOn.filter(isGrant)];
  if (handedOn.length === 0) return record;
  const names = inherited.flatMap((mount) =>
    mount.kind === 'volume' ? [[mount.target, mount.volume!] as const] : [],
  );
  return {
    ...record,
    definition: { ...definition, mounts: [...inherited, ...own], ...(grants.length > 0 && { grants }) },
    ...(names.length > 0 && { volumes: { ...record.volumes, ...Object.fromEntries(names) } }),
  };
};

const handedOnTo = ({ name, volumesFrom = [] }: Service, find: FindOwner): readonly (Mount | Grant)[] => {
  const all = volumesFrom.flatMap((source, index): readonly (Mount | Grant)[] => {
    const owner = find(source);
    const from = `services.${name}.volumes_from[${index}]`;
    const { mounts = [], grants = [] } = owner?.definition ?? {};
    return [
      ...mounts.flatMap(
        (mount) => handedDown(mount, owner?.volumes?.[mount.target], source.readOnly, from) ?? [],
      ),
      ...grants.filter(isFile).map((grant) => ({ ...grant, from, inherited: true as const })),
    ];
  });
  return [...new Map(all.map((one) => [one.target, one])).values()];
};

const isGrant = (one: Mount | Grant): one is Grant => 'key' in one;

/** Docker Compose copies the other contents into the container itself, where `volumes_from` does not find them. */
const isFile = ({ source }: Grant): boolean => source.kind === 'file';

/** Nothing is copied into the volume from the root of the second container. */
const handedDown = (
  mount: Mount,
  volume: string | undefined,
  readOnly: boolean,
  from: string,
): Mount | undefined => {
  if (mount.kind === 'tmpfs' || (mount.kind === 'volume' && volume === undefined)) return undefined;
  const common = { from, readOnly: mount.readOnly || readOnly, inherited: true } as const;
  return mount.kind === 'volume'
    ? {
        ...mount,
        ...common,
        volume: volume!,
        noCopy: true,
        ...(mount.volume === undefined && { isAnonymous: true }),
      }
    : { ...mount, ...common };
};

/**
 * The records of a project in which the new containers have the mounts of others; another new container comes before the
 * one that it replaces. `elsewhere` finds containers of other projects by name, and those that are `leaving` hand on nothing.
 */
export const withInherited = (
  containers: Readonly<Record<string, ContainerRecord>>,
  made: readonly string[],
  elsewhere: (name: string) => ContainerRecord | undefined,
  leaving: ReadonlySet<string> = new Set(),
): Readonly<Record<string, ContainerRecord>> => {
  const staying = Object.values(containers).filter(({ name }) => !leaving.has(name));
  const done = new Map<string, ContainerRecord>();
  const fresh = new Set(made);
  const withNumber = (first: ContainerRecord | undefined): readonly ContainerRecord[] =>
    staying.filter(
      ({ service, number, oneOff }) => !oneOff && service === first?.service && number === first.number,
    );
  const find: FindOwner = ({ kind, name }) => {
    const all =
      kind === 'service'
        ? withNumber(firstContainerOf(staying, name))
        : staying.filter((one) => one.name === name || one.replaces?.name === name);
    const owner = all.find((one) => fresh.has(one.name)) ?? all[0];
    return owner ? complete(owner) : kind === 'container' ? elsewhere(name) : undefined;
  };
  const complete = (record: ContainerRecord): ContainerRecord => {
    if (!fresh.has(record.name) || !record.definition.volumesFrom) return record;
    const known = done.get(record.name);
    if (known) return known;
    // A container that inherits from itself over others gets what these have of their own.
    done.set(record.name, record);
    const completed = withVolumesFrom(record, find);
    done.set(record.name, completed);
    return completed;
  };
  return Object.fromEntries(Object.entries(containers).map(([key, record]) => [key, complete(record)]));
};
