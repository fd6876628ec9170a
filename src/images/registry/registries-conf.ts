import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'smol-toml';
import { Problem } from '../../base/diagnostic.ts';

/** The settings of containers-registries.conf(5), version 2, as Podman reads it. */
export type RegistriesConf = {
  /** Where Podman looks for names without a registry. */
  readonly searched: readonly string[];
  readonly registries: readonly RegistryRule[];
};

export type RegistryRule = {
  /** `quay.io`, `quay.io/team`, or `*.example.com`. */
  readonly prefix: string;
  /** The replacement of the prefix. */
  readonly location: string;
  readonly isInsecure: boolean;
  readonly isBlocked: boolean;
  /** Mirrors are asked for digests only. */
  readonly mirrorsByDigestOnly: boolean;
  readonly mirrors: readonly MirrorRule[];
};

export type MirrorRule = {
  readonly location: string;
  readonly isInsecure: boolean;
  readonly pulls: 'all' | 'digest-only' | 'tag-only';
};

/** The file and its drop-ins in alphabetical order: a later table of the same prefix replaces an earlier one. */
export const readRegistriesConf = (environment: NodeJS.ProcessEnv, etc: string): RegistriesConf => {
  const { CONTAINERS_REGISTRIES_CONF: named } = environment;
  const main = named || `${etc}/containers/registries.conf`;
  const directory = `${etc}/containers/registries.conf.d`;
  const files = [main, ...(named ? [] : dropIns(directory))].flatMap(readFile);
  const rules = new Map(files.flatMap((file) => rulesOf(file)).map((rule) => [rule.prefix, rule]));
  const searched = files.map((file) => file['unqualified-search-registries']).filter(Array.isArray);
  return { searched: (searched.at(-1) ?? []).filter(isText), registries: [...rules.values()] };
};

const dropIns = (directory: string): readonly string[] => {
  try {
    return readdirSync(directory)
      .filter((name) => name.endsWith('.conf'))
      .sort()
      .map((name) => `${directory}/${name}`);
  } catch {
    return [];
  }
};

type Table = Readonly<Record<string, unknown>>;

const readFile = (path: string): readonly Table[] => {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return [];
  }
  try {
    return [parse(text)];
  } catch (error) {
    throw new Problem({
      severity: 'error',
      code: 'unreadable-file',
      message: `\`${path}\` is no valid TOML: ${(error as Error).message.split('\n')[0]}`,
      help: 'it may block registries or name their mirrors, so no image is fetched without it',
    });
  }
};

const rulesOf = ({ registry }: Table): readonly RegistryRule[] => tables(registry).flatMap(ruleOf);

const ruleOf = (table: Table): readonly RegistryRule[] => {
  const location = text(table.location) ?? text(table.prefix);
  const prefix = text(table.prefix) ?? location;
  if (prefix === undefined || location === undefined) return [];
  const mirrors = tables(table.mirror).flatMap((mirror): readonly MirrorRule[] => {
    const place = text(mirror.location);
    const pulls = text(mirror['pull-from-mirror']);
    return place === undefined
      ? []
      : [
          {
            location: place,
            isInsecure: mirror.insecure === true,
            pulls: pulls === 'digest-only' || pulls === 'tag-only' ? pulls : 'all',
          },
        ];
  });
  return [
    {
      ...{ prefix, location, mirrors },
      isInsecure: table.insecure === true,
      isBlocked: table.blocked === true,
      mirrorsByDigestOnly: table['mirror-by-digest-only'] === true,
    },
  ];
};

const tables = (value: unknown): readonly Table[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'object' && one !== null) : [];

const isText = (value: unknown): value is string => typeof value === 'string';

const text = (value: unknown): string | undefined =>
  isText(value) && value !== '' ? value.replace(/\/+$/, '') : undefined;
