import picocolors from 'picocolors';
import type { Diagnostic, Place } from '../../../base/diagnostic.ts';
import { lazy } from '../../../base/lazy.ts';
import { printableLines } from '../../../base/text/printable.ts';
import { arrange } from './arrange-diagnostics.ts';
import { nameOf } from './place-name.ts';
import { renderSnippet } from './snippet.ts';

export type RenderOptions = {
  /** The text of each file; a place in a file without a text is shown without its lines. */
  readonly sources: ReadonlyMap<string, string>;
  readonly color: boolean;
  /** Columns of the terminal. */
  readonly width: number;
  /** Files below this directory have relative names. */
  readonly cwd: string;
};

/** Renders diagnostics for people, errors first: message, place, lines of the file, notes and help. */
export function renderDiagnostics(diagnostics: readonly Diagnostic[], options: RenderOptions): string {
  const style = styleFor(options.color);
  const { shown, omitted } = arrange(diagnostics, options.cwd);
  const lines = new Map([...options.sources].map(([file, text]) => [file, lazy(() => text.split(/\r?\n/))]));
  const blocks = shown.map((diagnostic) => renderDiagnostic(diagnostic, { ...options, lines }, style));
  if (omitted > 0) blocks.push(`… and ${omitted} more ${omitted === 1 ? 'warning' : 'warnings'}\n`);
  return blocks.join('\n');
}

/** With the lines of each file, which are found once. */
type Rendering = Omit<RenderOptions, 'sources'> & {
  readonly lines: ReadonlyMap<string, () => readonly string[]>;
};

/** The style of each part; without colours, all of these return the text unchanged. */
type Style = ReturnType<typeof styleFor>;

function styleFor(color: boolean) {
  const colors = picocolors.createColors(color);
  return {
    error: (text: string) => colors.bold(colors.red(text)),
    warning: (text: string) => colors.bold(colors.yellow(text)),
    second: colors.cyan,
    message: colors.bold,
    gutter: colors.dim,
    note: colors.bold,
    help: (text: string) => colors.bold(colors.green(text)),
  };
}

function renderDiagnostic(diagnostic: Diagnostic, options: Rendering, style: Style): string {
  const { severity, code, message } = diagnostic;
  const lines = [`${style[severity](`${severity}[${code}]`)}: ${style.message(brief(message))}`];
  const snippet = diagnostic.at ? renderPlaces(diagnostic, diagnostic.at, options, style) : [];
  const gutter = snippet.length > 0 ? gutterWidth(diagnostic) : 2;
  lines.push(...snippet);
  lines.push(...(diagnostic.facts ?? []).map((fact) => renderFact(fact, diagnostic.facts!, gutter, style)));
  lines.push(...(diagnostic.notes ?? []).map((note) => `${style.note('note')}: ${brief(note)}`));
  if (diagnostic.help) lines.push(`${style.help('help')}: ${brief(diagnostic.help)}`);
  return `${lines.join('\n')}\n`;
}

/** Cuts a text, which may quote a value as long as the file, and one that would command the terminal. */
function brief(text: string): string {
  return printableLines(text.length > longest ? `${text.slice(0, longest - 1)}…` : text);
}

const longest = 500;
/** A dependency cycle may contain every service. */
const mostLabels = 10;

/** The place and its labels, file by file: `-->` before the one with the place, `:::` before others. */
function renderPlaces(diagnostic: Diagnostic, at: Place, options: Rendering, style: Style): string[] {
  const { severity, label = '' } = diagnostic;
  const labels = (diagnostic.labels ?? []).slice(0, mostLabels);
  const gutter = gutterWidth(diagnostic);
  const first = { at, text: brief(label), paint: style[severity], isFirst: true };
  const marks = [first, ...labels.map((other) => ({ ...other, paint: style.second, isFirst: false }))];
  const files = [...new Set(marks.map((mark) => mark.at.file))];
  const bar = style.gutter(`${' '.repeat(gutter)} |`);
  const blocks = files.flatMap((file) => {
    const here = marks.filter((mark) => mark.at.file === file);
    const arrow = style.gutter(`${' '.repeat(gutter)}${here[0]!.isFirst ? '-->' : ':::'}`);
    const lines = options.lines.get(file);
    const heading = `${arrow} ${nameOf(here[0]!.at, options.cwd)}`;
    return lines === undefined
      ? [heading]
      : [heading, bar, ...renderSnippet(lines(), here, { gutter, width: options.width, dim: style.gutter })];
  });
  return options.lines.has(at.file) ? [...blocks, bar] : blocks;
}

function renderFact(
  [name, text]: readonly [string, string],
  all: Diagnostic['facts'] & {},
  gutter: number,
  style: Style,
): string {
  const column = Math.max(8, ...all.map(([other]) => other.length + 2));
  return `${' '.repeat(gutter)} ${style.gutter('=')} ${`${name}:`.padEnd(column)}${printableLines(text)}`;
}

function gutterWidth({ at, labels = [] }: Diagnostic): number {
  const lines = [at, ...labels.map((label) => label.at)].map((place) => place?.line ?? 0);
  return Math.max(2, String(Math.max(...lines)).length);
}
