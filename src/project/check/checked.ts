import type { Diagnostic, Place } from '../../base/diagnostic.ts';
import type { Canonical } from '../model/canonical.ts';
import type { Path } from '../tree/path.ts';
import { quote } from '../tree/wording.ts';

/** The inputs of a check of the whole project. */
export type Checked = {
  readonly canonical: Canonical;
  /** The place of a value, or the nearest place above it. */
  readonly at: (...path: Path) => Place;
  readonly atKey: (...path: Path) => Place;
  /** Whether a file has this path, with whatever value. */
  readonly isWritten: (...path: Path) => boolean;
  /** Services whose profiles are not active, with their profiles. */
  readonly inactive: ReadonlyMap<string, readonly string[]>;
  /** Whether something at or below this path was wrong by itself and was taken out. */
  readonly isBroken: (...path: Path) => boolean;
  /** The numbers of containers that the command line asks for, by service. */
  readonly scale: ReadonlyMap<string, number>;
  /** The variables that a file knows, which may be one that is included with variables of its own. */
  readonly variablesOf: (file: string) => ReadonlyMap<string, string>;
};

/** One check of the whole project; the result is its problems. */
export type Check = (project: Checked) => readonly Diagnostic[];

export function error(
  code: Diagnostic['code'],
  message: string,
  at: Place,
  more: Partial<Diagnostic> = {},
): Diagnostic {
  return { severity: 'error', code, message, at, ...more };
}

/** A service whose profiles are not active is needed. */
export function inactiveService(name: string, at: Place, label: string, { inactive }: Checked): Diagnostic {
  const [profile = ''] = inactive.get(name) ?? [];
  return error('unknown-service', `no profile of the service ${quote(name)} is active`, at, {
    label,
    help: `add \`--profile ${profile}\`, or name the service on the command line`,
  });
}

/** A mapping of the model, and where it is. */
export type Selected = { readonly path: Path; readonly value: Readonly<Record<string, unknown>> };

/** The mappings at every path that fits a pattern such as `services.*.gpus[]`. */
export function select(canonical: Canonical, pattern: string): Selected[] {
  const steps = pattern.replaceAll('[]', '.[]').split('.');
  const found = steps.reduce<(readonly [Path, unknown])[]>(
    (values, step) => values.flatMap(([path, value]) => childrenOf(path, value, step)),
    [[[], canonical]],
  );
  return found.flatMap(([path, value]) => (isMapping(value) ? [{ path, value }] : []));
}

function childrenOf(path: Path, value: unknown, step: string): (readonly [Path, unknown])[] {
  if (step === '[]')
    return Array.isArray(value) ? value.map((item, index) => [[...path, index], item] as const) : [];
  if (!isMapping(value)) return [];
  if (step !== '*') return step in value ? [[[...path, step], value[step]]] : [];
  return Object.entries(value).map(([key, inner]) => [[...path, key], inner] as const);
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value asks for something: null, false and empty values do not. */
export function isSet(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === '') return false;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}

type Named = { readonly key: string; readonly name: string; readonly isGiven: boolean };

/** Entries with the name of another. Of two, the one with an explicit name is reported, else the later one. */
export function duplicates(all: readonly Named[]): readonly (Named & { readonly owner: string })[] {
  const owners = new Map<string, Named>();
  return all
    .toSorted((a, b) => Number(a.isGiven) - Number(b.isGiven))
    .flatMap((named) => {
      const owner = owners.get(named.name);
      if (owner) return [{ ...named, owner: owner.key }];
      owners.set(named.name, named);
      return [];
    });
}
