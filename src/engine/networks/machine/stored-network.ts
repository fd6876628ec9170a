import { existsSync } from 'node:fs';
import { number, object, oneOf, optional, type Shape, text } from '../../../base/shape.ts';
import { entriesIfThere } from '../../directories/read-if-there.ts';
import { networkShape } from '../../record/check.ts';
import { readJson } from '../../record/json-file.ts';
import type { NetworkRecord } from '../../record/project-record.ts';
import { isStoredName, type MachineNetworkPaths } from './paths.ts';

/** The version of the format of `network.json`. */
export const VERSION = 1;

/** A network of this machine that belongs to no project: the content of its `network.json`. */
export type StoredNetwork = {
  /** 64 hexadecimal digits. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly created: number;
  /** Its key is its name. */
  readonly network: NetworkRecord;
  /** The project that made it, and of which another one uses it; none if a command did. */
  readonly project?: string;
};

/** The network of a file; undefined if there is none. A file that cannot be used is an error of its own. */
export const readNetwork = (path: string): StoredNetwork | 'damaged' | undefined => {
  const value = readJson(path);
  if (value === undefined) return existsSync(path) ? 'damaged' : undefined;
  if (check(value) !== undefined) return 'damaged';
  const { version: _, ...stored } = value as StoredNetwork & { readonly version: number };
  return stored;
};

/** The networks of this machine that belong to no project, by name; what cannot be read is left out. */
export const storedNetworks = (paths: MachineNetworkPaths): readonly StoredNetwork[] =>
  namesIn(paths).flatMap((name) => findNetwork(paths, name) ?? []);

/** The names of those that cannot be read. */
export const damagedNetworks = (paths: MachineNetworkPaths): readonly string[] =>
  namesIn(paths).filter((name) => findNetwork(paths, name) === undefined && existsSync(paths.leases(name)));

const namesIn = (paths: MachineNetworkPaths): readonly string[] =>
  entriesIfThere(paths.store)
    .filter((name) => isStoredName(name) && existsSync(paths.leases(name)))
    .toSorted();

/** The network of a name; undefined if there is none, or if it is being removed. */
export const findNetwork = (paths: MachineNetworkPaths, name: string): StoredNetwork | undefined => {
  if (!isStoredName(name) || !existsSync(paths.leases(name))) return undefined;
  const stored = readNetwork(paths.definition(name));
  return stored === 'damaged' ? undefined : stored;
};

const check = object({
  version: oneOf([VERSION]),
  id: text,
  created: number,
  network: networkShape,
  project: optional(text),
} satisfies Shape<StoredNetwork & { readonly version: typeof VERSION }>);
