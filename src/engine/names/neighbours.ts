import { existsSync, type FSWatcher, watch } from 'node:fs';
import { basename } from 'node:path';
import type { SharedAddresses } from '../networks/machine/shared-addresses.ts';
import type { Life } from '../record/life.ts';
import type { ProjectRecord } from '../record/project-record.ts';
import { removeIfEmpty } from '../trash/remove-if-empty.ts';
import {
  asNamed,
  namesOfOthers,
  publishName,
  type SharedName,
  sharedDirectory,
  sharedName,
  withdrawName,
} from './shared-names.ts';
import type { Zone } from './zone.ts';

/** The containers of other projects on networks that this one shares with them. */
export type Neighbours = {
  /** A container of this project runs, or has other addresses: other projects find it, and it finds theirs. */
  readonly put: (container: string) => void;
  readonly remove: (container: string) => void;
  readonly close: () => void;
};

/** The state that names of other projects depend on. */
export type Around = {
  readonly project: Pick<ProjectRecord, 'name' | 'containers' | 'networks'>;
  readonly addresses: Pick<SharedAddresses, 'leases'>;
  readonly runDirectory: string;
  readonly zone: Pick<Zone, 'put' | 'remove'>;
  readonly lifeOf: (container: string) => Life | undefined;
};

export const openNeighbours = ({ project, addresses, runDirectory, zone, lifeOf }: Around): Neighbours => {
  const top = sharedDirectory(runDirectory);
  /** Running containers of this project. */
  const own = new Set<string>();
  /** By the name of the network, while a container of this project is on it. */
  const watched = new Map<string, FSWatcher>();
  /** Containers of other projects in the zone. */
  let known = new Set<string>();
  /** Until the directory is removed. */
  let atRun: FSWatcher | undefined;
  let atTop: FSWatcher | undefined;

  const directoryOf = (network: string): string => `${top}/${network}`;

  const sharedOf = (container: string): readonly (readonly [key: string, network: string])[] =>
    Object.keys(project.containers[container]?.definition.networks ?? {}).flatMap((key) => {
      const name = project.networks[key]?.name;
      return name !== undefined && addresses.leases(name) !== undefined ? [[key, name] as const] : [];
    });

  const refresh = (): void => {
    const found = new Map<string, Record<string, SharedName>>();
    for (const { key, name } of Object.values(project.networks)) {
      if (!watched.has(name)) continue;
      for (const shared of namesOfOthers(directoryOf(name), project.name))
        found.set(shared.name, { ...found.get(shared.name), [key]: shared });
    }
    for (const name of known) if (!found.has(name)) zone.remove(name);
    for (const networks of found.values()) zone.put(asNamed(networks));
    known = new Set(found.keys());
  };

  const publish = (container: string): void => {
    const shared = sharedOf(container);
    const life = shared.length > 0 ? lifeOf(container) : undefined;
    const record = project.containers[container];
    if (!life || !record) return;
    for (const [key, network] of shared) {
      publishName(directoryOf(network), sharedName(project.name, record, key, life));
      if (watched.has(network)) continue;
      watched.set(network, watch(directoryOf(network), { persistent: false }, refresh));
      refresh();
    }
  };

  const isOwn = (network: string | null): boolean =>
    [...own].some((each) => sharedOf(each).some(([, name]) => name === network));

  const publishAll = (): void => {
    for (const container of own) publish(container);
  };

  // A network of this project alone may become one of several: another supervisor makes a directory for it.
  const watchTop = (): void => {
    if (atTop || !existsSync(top)) return;
    atTop = watch(top, { persistent: false }, (_, name) => {
      if (isOwn(name)) publishAll();
      if (existsSync(top)) return;
      atTop?.close();
      atTop = undefined;
    });
    publishAll();
  };

  const watchRun = (): void => {
    atRun ??= watch(runDirectory, { persistent: false }, (_, name) => {
      if (name === basename(top)) watchTop();
      if (existsSync(runDirectory)) return;
      atRun?.close();
      atRun = undefined;
    });
    watchTop();
  };

  return {
    put: (container) => {
      own.add(container);
      watchRun();
      publish(container);
    },
    remove: (container) => {
      own.delete(container);
      for (const { name } of Object.values(project.networks)) {
        if (!watched.has(name)) continue;
        withdrawName(directoryOf(name), container);
        if (isOwn(name)) continue;
        watched.get(name)!.close();
        watched.delete(name);
        refresh();
      }
    },
    close: () => {
      atRun?.close();
      atTop?.close();
      for (const watcher of watched.values()) watcher.close();
      removeIfEmpty(top);
    },
  };
};
