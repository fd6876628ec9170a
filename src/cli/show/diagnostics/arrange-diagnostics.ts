import type { Diagnostic } from '../../../base/diagnostic.ts';
import { together } from '../together.ts';
import { nameOf } from './place-name.ts';

/** The diagnostics to show, in this order, and the number of warnings that are not. */
export type Arranged = { readonly shown: readonly Diagnostic[]; readonly omitted: number };

/** First every error, then warnings; the same warning for many places is one warning with a count, and so is what is said of many names. */
export function arrange(diagnostics: readonly Diagnostic[], cwd: string): Arranged {
  const errors = together(oncePerPlace(diagnostics.filter(isError)));
  const alikeErrors = alike(errors);
  const alikeWarnings = [...alike(together(diagnostics.filter(isWarning))).values()];
  return {
    shown: [
      ...errors.flatMap((error) => withoutFlood(error, alikeErrors.get(keyOf(error))!)),
      ...alikeWarnings.slice(0, mostWarnings).map((same) => once(same, cwd)),
    ],
    omitted: Math.max(0, alikeWarnings.length - mostWarnings),
  };
}

/** With an anchor, several keys have one value, and the same is wrong with each. */
function oncePerPlace(errors: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Set<string>();
  return errors.filter((error) => {
    const { file, start, end } = error.at ?? {};
    const key = `${keyOf(error)}\0${file}\0${start}\0${end}`;
    return file === undefined || (!seen.has(key) && seen.add(key));
  });
}

/** All of them, errors before warnings. */
export function errorsFirst(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...diagnostics.filter(isError), ...diagnostics.filter(isWarning)];
}

const isError = ({ severity }: Diagnostic): boolean => severity === 'error';
const isWarning = (diagnostic: Diagnostic): boolean => !isError(diagnostic);
const keyOf = ({ code, message }: Diagnostic): string => `${code} ${message}`;

/** Those with one message, in the order of the first of each. */
function alike(diagnostics: readonly Diagnostic[]): ReadonlyMap<string, readonly Diagnostic[]> {
  const groups = new Map<string, Diagnostic[]>();
  for (const diagnostic of diagnostics) {
    const group = groups.get(keyOf(diagnostic));
    if (group) group.push(diagnostic);
    else groups.set(keyOf(diagnostic), [diagnostic]);
  }
  return groups;
}

/** A file of another format may have the same error in each of its lines: the first hundred say it. */
function withoutFlood(error: Diagnostic, same: readonly Diagnostic[]): readonly Diagnostic[] {
  const index = same.slice(0, mostAlike).indexOf(error);
  if (index < 0) return [];
  const more = same.length - mostAlike;
  return [
    more > 0 && index === mostAlike - 1 ? noted(error, `and ${more} more errors like this one`) : error,
  ];
}

function once([first, ...others]: readonly Diagnostic[], cwd: string): Diagnostic {
  if (others.length === 0) return first!;
  const places = others.flatMap(({ at }) => (at ? [nameOf(at, cwd)] : []));
  const named = places.slice(0, mostPlaces).join(', ');
  const list = named === '' ? '' : `: ${named}${places.length > mostPlaces ? ', …' : ''}`;
  return noted(
    first!,
    `the same in ${others.length} more ${others.length === 1 ? 'place' : 'places'}${list}`,
  );
}

function noted(diagnostic: Diagnostic, note: string): Diagnostic {
  return { ...diagnostic, notes: [...(diagnostic.notes ?? []), note] };
}

const mostWarnings = 20;
const mostAlike = 100;
const mostPlaces = 5;
