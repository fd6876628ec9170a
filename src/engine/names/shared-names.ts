import { renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { makeDirectories } from '../../kernel/make-directories.ts';
import { namesIfThere } from '../directories/read-if-there.ts';
import { MACHINE } from '../networks/machine/paths.ts';
import { readJson } from '../record/json-file.ts';
import { isAlive, type Life } from '../record/life.ts';
import type { ContainerRecord } from '../record/project-record.ts';
import { removeIfEmpty } from '../trash/remove-if-empty.ts';
import type { Named } from './zone.ts';

/**
 * The running containers on a network that several projects use: `<run>/.networks/<network>/<container>`, written by
 * the supervisor of its project and read by those of the others.
 */
export type SharedName = {
  readonly project: string;
  readonly id: string;
  readonly name: string;
  readonly service: string;
  readonly number: number;
  readonly oneOff: boolean;
  readonly hostname?: string;
  readonly domainname?: string;
  readonly aliases: readonly string[];
  readonly address?: string;
  readonly address6?: string;
  /** A killed supervisor leaves the files of containers that end afterwards. */
  readonly life: Life;
};

export const sharedDirectory = (runDirectory: string): string => `${runDirectory}/${MACHINE}`;

/** The public names of a container on a network, by the key that its project gives it. */
export const sharedName = (
  project: string,
  container: ContainerRecord,
  key: string,
  life: Life,
): SharedName => {
  const { id, name, service, number, oneOff, definition, addresses, addresses6 } = container;
  const { hostname, domainname } = definition;
  return {
    ...{ project, id, name, service, number, oneOff, life },
    ...(hostname !== undefined && { hostname }),
    ...(domainname !== undefined && { domainname }),
    aliases: definition.networks[key]?.aliases ?? [],
    ...(addresses[key] !== undefined && { address: addresses[key] }),
    ...(addresses6?.[key] !== undefined && { address6: addresses6[key] }),
  };
};

/** Tells the supervisors of other projects of a running container. */
export const publishName = (directory: string, shared: SharedName): void => {
  const temporary = `${directory}/.${shared.name}`;
  // The last container of another project may remove the empty directory between two calls.
  for (let tries = 0; ; tries++) {
    try {
      makeDirectories(directory);
      writeFileSync(temporary, JSON.stringify(shared), { mode: 0o600 });
      renameSync(temporary, `${directory}/${shared.name}`);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || tries === MOST_TRIES) throw error;
    }
  }
};

export const withdrawName = (directory: string, container: string): void => {
  try {
    unlinkSync(`${directory}/${container}`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  removeIfEmpty(directory);
};

/** The containers of other projects that run on a network. Files of others that have ended are deleted. */
export const namesOfOthers = (directory: string, own: string): readonly SharedName[] =>
  namesIfThere(directory)
    .filter((file) => !file.startsWith('.'))
    .flatMap((file) => {
      const shared = readJson(`${directory}/${file}`) as SharedName | undefined;
      if (!shared || shared.project === own) return [];
      if (isAlive(shared.life)) return [shared];
      rmSync(`${directory}/${file}`, { force: true });
      return [];
    });

/** A container of another project as the zone has it: `networks` are its names on them, by the key of this project. */
export const asNamed = (networks: Readonly<Record<string, SharedName>>): Named => {
  const [first] = Object.values(networks);
  const { id, name, service, number, oneOff, hostname, domainname } = first!;
  const of = (field: 'address' | 'address6'): Record<string, string> =>
    Object.fromEntries(
      Object.entries(networks).flatMap(([key, shared]) =>
        shared[field] === undefined ? [] : [[key, shared[field]]],
      ),
    );
  return {
    ...{ id, name, service, number, oneOff, addresses: of('address'), addresses6: of('address6') },
    definition: {
      ...(hostname !== undefined && { hostname }),
      ...(domainname !== undefined && { domainname }),
      networks: Object.fromEntries(Object.entries(networks).map(([key, { aliases }]) => [key, { aliases }])),
    },
  };
};

const MOST_TRIES = 10;
