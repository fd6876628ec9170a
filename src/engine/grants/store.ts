import { readdirSync, rmSync } from 'node:fs';
import type { Contents } from '../../project/model/grant-contents.ts';
import { readJson, writeJson } from '../record/json-file.ts';
import { isMemory, mountMemory, unmountMemory, unnamedFile } from './memory.ts';

/** The configs and secrets of one container. */
export type Kept = {
  /** The contents that are in no file, as the last `up` brought them. */
  readonly contents: Contents;
  /** SHA-256 of each content at the last start, by `secrets.token`. It would reveal a short secret, as the content does. */
  readonly started?: Readonly<Record<string, string>>;
};

/** The contents of configs and secrets that later starts need, by the id of the container; in memory, and in no record. */
export type GrantStore = {
  readonly read: (id: string) => Kept | undefined;
  readonly write: (id: string, kept: Kept) => void;
  readonly remove: (id: string) => void;
  /** A descriptor with a content at its beginning. */
  readonly open: (content: Uint8Array) => number;
  /** Removes everything but that of these containers; whether something is left. */
  readonly keepOnly: (ids: ReadonlySet<string>) => boolean;
};

export const openGrantStore = (directory: string): GrantStore => {
  const fileOf = (id: string): string => `${directory}/${id}${SUFFIX}`;
  return {
    read: (id) => (isMemory(directory) ? (readJson(fileOf(id)) as Kept | undefined) : undefined),
    write: (id, kept) => {
      mountMemory(directory);
      writeJson(fileOf(id), kept);
    },
    remove: (id) => rmSync(fileOf(id), { force: true }),
    open: (content) => {
      mountMemory(directory);
      return unnamedFile(directory, content);
    },
    keepOnly: (ids) => {
      const isLeft =
        isMemory(directory) && removeOthers(directory, new Set([...ids].map((id) => id + SUFFIX)));
      if (!isLeft) unmountMemory(directory);
      return isLeft;
    },
  };
};

const SUFFIX = '.json';

const removeOthers = (directory: string, kept: ReadonlySet<string>): boolean => {
  const names = readdirSync(directory);
  for (const name of names) if (!kept.has(name)) rmSync(`${directory}/${name}`, { force: true });
  return names.some((name) => kept.has(name));
};
