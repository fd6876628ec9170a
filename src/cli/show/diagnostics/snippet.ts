import type { Place } from '../../../base/diagnostic.ts';
import { displayWidth, graphemes } from '../../../base/text/display-width.ts';
import { printable } from '../../../base/text/printable.ts';

/** A place to underline, with its label. */
export type Mark = {
  readonly at: Place;
  readonly text: string;
  /** Whether this is the place of the diagnostic itself. */
  readonly isFirst: boolean;
  readonly paint: (text: string) => string;
};

type Layout = {
  /** Columns of the line numbers. */
  readonly gutter: number;
  /** Columns of the terminal. */
  readonly width: number;
  readonly dim: (text: string) => string;
};

/** The marked lines of one file with their numbers, carets under the marks, and the parent key. */
export function renderSnippet(lines: readonly string[], marks: readonly Mark[], layout: Layout): string[] {
  const shown = linesToShow(lines, marks);
  return shown.flatMap((number, index) => {
    const gap =
      index > 0 && number > shown[index - 1]! + 1 ? [layout.dim(`${' '.repeat(layout.gutter)}...`)] : [];
    return [...gap, ...renderLine(lines[number - 1] ?? '', number, marks, layout)];
  });
}

function renderLine(whole: string, number: number, marks: readonly Mark[], layout: Layout): string[] {
  const available = Math.max(layout.width - layout.gutter - 3, 20);
  const columns = marks.filter(({ at }) => at.line === number).map(({ at }) => at.column);
  const skipped = Math.max(0, Math.min(...columns, whole.length) - 2 * available);
  // Counting the columns of a line of megabytes would take longer than everything else.
  const line = whole.slice(skipped, skipped + 8 * available);
  const here = marks
    .filter(({ at }) => at.line === number)
    .map((mark) => ({ ...mark, at: { ...mark.at, column: mark.at.column - skipped } }))
    .sort((a, b) => a.at.column - b.at.column);
  const window = clip(
    line,
    here[0] ? displayWidth(untabbed(line.slice(0, here[0].at.column - 1))) : 0,
    available,
  );
  const source = `${layout.dim(`${String(number).padStart(layout.gutter)} |`)} ${printable(window.text, '')}`;
  const carets = here.map((mark) => {
    const before = displayWidth(untabbed(line.slice(0, mark.at.column - 1))) - window.cut;
    const marked = line.slice(mark.at.column - 1, mark.at.column - 1 + mark.at.end - mark.at.start);
    const length = Math.max(1, Math.min(displayWidth(untabbed(marked)), available - before));
    const label = mark.text ? ` ${mark.text}` : '';
    return `${layout.dim(`${' '.repeat(layout.gutter)} |`)} ${' '.repeat(Math.max(before, 0))}${mark.paint('^'.repeat(length) + label)}`;
  });
  return [source.trimEnd(), ...carets];
}

/** Every marked line; for a place after indentation only, also the line of its parent key. */
function linesToShow(lines: readonly string[], marks: readonly Mark[]): number[] {
  const shown = new Set(marks.map(({ at }) => at.line));
  for (const { at, isFirst } of marks) {
    const before = (lines[at.line - 1] ?? '').slice(0, at.column - 1);
    const parent = isFirst && at.column > 1 && before.trim() === '' ? parentOf(lines, at.line) : undefined;
    if (parent === undefined) continue;
    const isNear = at.line - parent <= nearby;
    for (let line = isNear ? parent : at.line; line < at.line; line++) shown.add(line);
    shown.add(parent);
  }
  return [...shown].sort((a, b) => a - b);
}

/** The closest line above that is indented less. */
function parentOf(lines: readonly string[], line: number): number | undefined {
  const indentation = indentOf(lines[line - 1]!);
  for (let number = line - 1; number > 0; number--) {
    const text = lines[number - 1]!;
    if (/^\s*(#|$)/.test(text)) continue;
    if (indentOf(text) < indentation) return number;
  }
  return undefined;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

/** The part of a line that fits, with an ellipsis at each cut, and the number of columns cut at the start. */
function clip(
  line: string,
  mark: number,
  available: number,
): { readonly text: string; readonly cut: number } {
  const text = untabbed(line);
  if (displayWidth(text) <= available) return { text, cut: 0 };
  const first = mark > available - markRoom ? mark - Math.floor(available / 3) : 0;
  let column = 0;
  let cut = 0;
  let result = '';
  for (const character of graphemes(text)) {
    const width = displayWidth(character);
    if (column < first) cut = column + width;
    else if (column + width - cut < available - (cut > 0 ? 1 : 0)) result += character;
    column += width;
  }
  const isCutBehind = column - cut > displayWidth(result);
  return { text: `${cut > 0 ? '…' : ''}${result}${isCutBehind ? '…' : ''}`, cut: cut > 0 ? cut - 1 : 0 };
}

function untabbed(text: string): string {
  return text.replaceAll('\t', '    ');
}

/** Up to so many lines between a key and a mark below it are shown in full. */
const nearby = 3;
/** Columns to reserve for a mark. */
const markRoom = 30;
