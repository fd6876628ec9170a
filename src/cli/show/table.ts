import { printable } from '../../base/text/printable.ts';

/**
 * Lines with aligned columns, three spaces apart or `gap`, and `least` wide; the last column is not padded. `paint`
 * colors a cell without its padding. Many cells are the choice of images and containers: none commands the terminal.
 */
export function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  {
    gap = 3,
    least = 0,
    paint = (text) => text,
  }: { readonly gap?: number; readonly least?: number; readonly paint?: (cell: string) => string } = {},
): string[] {
  const all = [header, ...rows].map((row) => row.map((cell) => printable(cell)));
  const widths = header.map((_, column) =>
    Math.max(least - gap, ...all.map((row) => row[column]?.length ?? 0)),
  );
  return all.map((row) =>
    row
      .map((cell, column) => paint(cell) + ' '.repeat(Math.max(0, (widths[column] ?? 0) - cell.length)))
      .join(' '.repeat(gap))
      .trimEnd(),
  );
}

export function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
