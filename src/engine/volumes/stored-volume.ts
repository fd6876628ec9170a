import { readFileSync, statSync } from 'node:fs';
import { flag, map, number, object, oneOf, optional, type Shape, text } from '../../base/shape.ts';

/** The version of the format of `volume.json`. */
export const VERSION = 1;

/** A volume of this machine: the content of its `volume.json`. */
export type StoredVolume = {
  readonly name: string;
  readonly driver: 'local';
  /** `type`, `o` and `device`; empty for a directory of the store. */
  readonly options: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** The project that created it; none if a command did. */
  readonly project?: string;
  /** Its key in the Compose file. */
  readonly key?: string;
  readonly isAnonymous: boolean;
  /** Milliseconds since the epoch. */
  readonly created: number;
  /** The content of the root at the first target is copied, or is not wanted. */
  readonly isFilled: boolean;
};

/**
 * The volume in a directory of the store; undefined if there is none. A directory whose `volume.json` cannot be used
 * still has its data: it counts as a filled volume without options, so that nothing creates or fills it again.
 */
export const readVolume = (directory: string, name: string): StoredVolume | undefined => {
  const value = parsed(`${directory}/volume.json`);
  if (check(value) === undefined) {
    const { version: _, ...stored } = value as StoredVolume & { readonly version: number };
    return { ...stored, name };
  }
  const found = statSync(directory, { throwIfNoEntry: false });
  return found?.isDirectory()
    ? {
        name,
        driver: 'local',
        options: {},
        labels: {},
        isAnonymous: false,
        created: Math.round(found.mtimeMs),
        isFilled: true,
      }
    : undefined;
};

export const volumeText = (volume: StoredVolume): string =>
  `${JSON.stringify({ version: VERSION, ...volume }, null, 2)}\n`;

const check = object({
  version: oneOf([VERSION]),
  name: text,
  driver: oneOf(['local']),
  options: map(text),
  labels: map(text),
  project: optional(text),
  key: optional(text),
  isAnonymous: flag,
  created: number,
  isFilled: flag,
} satisfies Shape<StoredVolume & { readonly version: typeof VERSION }>);

const parsed = (path: string): unknown => {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof SyntaxError || code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR')
      return undefined;
    throw error;
  }
};
