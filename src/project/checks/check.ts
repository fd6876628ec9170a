import type { Diagnostic, Place } from '../../base/diagnostic.ts';
import type { Canonical } from '../model/canonical.ts';
import type { Path } from '../path.ts';

/** What a check of the whole project may look at. */
export type Checked = {
  readonly canonical: Canonical;
  /** The place of a value, or the nearest place above it. */
  readonly at: (...path: Path) => Place;
  readonly atKey: (...path: Path) => Place;
  /** Whether something at or below this path was wrong by itself and was taken out. */
  readonly isBroken: (...path: Path) => boolean;
};

/** One question to the whole project; the answer is what is wrong. */
export type Check = (project: Checked) => readonly Diagnostic[];

export function error(
  code: Diagnostic['code'],
  message: string,
  at: Place,
  more: Partial<Diagnostic> = {},
): Diagnostic {
  return { severity: 'error', code, message, at, ...more };
}

type Named = { readonly key: string; readonly name: string; readonly isGiven: boolean };

/** Those whose name is another's; of two, the one that was given the name is told, or the later one. */
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
