import type { Place, Via } from './diagnostic.ts';

/** A file's text, the target of the places of diagnostics. */
export type Source = { readonly file: string; readonly text: string; readonly via?: Via };

/** Turns offsets of a text into a place with line and column, both counted from 1. */
export function placeAt(source: Source, start: number, end: number): Place {
  const lines = lineStarts(source);
  const line = lineOf(lines, start);
  const place = { file: source.file, start, end, line: line + 1, column: start - lines[line]! + 1 };
  return source.via ? { ...place, via: source.via } : place;
}

function lineOf(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

const cache = new WeakMap<Source, readonly number[]>();

function lineStarts(source: Source): readonly number[] {
  const known = cache.get(source);
  if (known) return known;
  const starts = [0];
  for (let at = source.text.indexOf('\n'); at !== -1; at = source.text.indexOf('\n', at + 1))
    starts.push(at + 1);
  cache.set(source, starts);
  return starts;
}
