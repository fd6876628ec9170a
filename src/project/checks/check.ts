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
