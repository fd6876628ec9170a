import type { Diagnostic, Place } from '../../base/diagnostic.ts';
import { placeAt, type Source } from '../../base/source.ts';
import { lineAt, readDotenvValue } from './dotenv-value.ts';
import { type InterpolationProblem, interpolate, type Lookup } from './interpolate.ts';

/** Where a file of variables finds those of others: before its own lines, and where these have none. */
export type Surrounding = {
  /** The environment, which has priority over the file. */
  readonly outer: Lookup;
  /** Files that are read before this one. */
  readonly earlier?: Lookup;
};

/**
 * Reads a `.env` file: `KEY=value` or `KEY: value` in lines, with `export`, comments, single quotes (literal),
 * double quotes (escapes and variables, over several lines) and bare text (variables). A later line wins.
 * A variable that is not set is a warning: most of them are passwords with a dollar.
 * `KEY` alone takes the value from outside. `places` gets where each one stands.
 */
export function parseDotenv(
  source: Source,
  { outer, earlier = () => undefined }: Surrounding,
  diagnostics: Diagnostic[],
  places = new Map<string, Place>(),
): Map<string, string> {
  const variables = new Map<string, string>();
  const lookup: Lookup = (name) => outer(name) ?? variables.get(name) ?? earlier(name);
  const text = source.text.replaceAll('\r\n', '\n');
  const plain = { file: source.file, text };
  const set = (name: string, value: string, start: number, end: number) => {
    variables.set(name, value);
    places.set(name, placeAt(plain, start, end));
  };
  const report = (message: string, start: number, end: number, more: Partial<Diagnostic> = {}) => {
    const at = placeAt(plain, start, Math.max(end, start + 1));
    diagnostics.push({ severity: 'error', code: 'invalid-value', message, at, ...more });
  };
  const unset = new Set<string>();
  const warn = (name: string, start: number, end: number) => {
    if (unset.has(name)) return;
    unset.add(name);
    const help = 'write `$$` for a dollar sign, or put the value in single quotes';
    const message = `\`${name}\` is not set; using an empty string`;
    report(message, start, end, { severity: 'warning', code: 'unset-variable', help });
  };
  /** Sets the variable of an assignment, and returns the offset behind it. */
  const assign = (name: string, start: number, valueStart: number): number => {
    const value = readDotenvValue(text, valueStart);
    const { text: result, problems } = value.literal
      ? { text: value.text, problems: [] }
      : interpolate(value.text, lookup);
    for (const found of problems) if (found.kind === 'unset') warn(found.name, valueStart, value.end);
    const problem = value.problem ?? problems.map(wordsFor).find((words) => words !== undefined);
    if (problem) report(problem, valueStart, value.end);
    else set(name, result, start, value.end);
    return value.end;
  };
  let isBehindValue = false;
  for (let position = 0; position < text.length; ) {
    const line = lineAt(text, position);
    const start = position + line.search(/\S|$/);
    const match = assignment.exec(line);
    if (match && !(isBehindValue && /^\S/.test(line))) {
      position = assign(match[1]!, start, position + match[0].length);
      isBehindValue = text[position] !== '\n';
      continue;
    }
    const bare = name.exec(line)?.[1];
    const end = position + line.length;
    if (/^\s*(#|$)/.test(line)) {
      // Nothing, or a comment.
    } else if (isBehindValue) {
      // Docker takes a word there for the name of a variable of the environment, and refuses anything else.
      const severity = bare === undefined ? 'error' : 'warning';
      report('text behind the closing quote is not part of the value', start, end, {
        severity,
        help: oneQuote,
      });
    } else if (bare === undefined) {
      report('a line must be `KEY=value`', start, end);
    } else {
      const value = outer(bare) ?? earlier(bare);
      if (value !== undefined) set(bare, value, start, end);
    }
    position = end + 1;
    isBehindValue = false;
  }
  return variables;
}

/** A variable that is not set is no error. */
function wordsFor(problem: InterpolationProblem): string | undefined {
  switch (problem.kind) {
    case 'unset':
      return undefined;
    case 'required':
      return `\`${problem.name}\` is required here but not set${problem.message && `: ${problem.message}`}`;
    case 'malformed':
      return 'invalid variable reference; write `$$` for a dollar sign';
    case 'too-long':
      return 'the interpolated text is too long';
    default:
      return problem satisfies never;
  }
}

const oneQuote = 'put the whole value in quotes, with a backslash before each quote in it';

const key = String.raw`^\s*(?:export\s+)?([\p{L}\p{N}_.\-[\]]+)`;
const assignment = new RegExp(String.raw`${key}[^\S\n]*[=:][^\S\n]*`, 'u');
const name = new RegExp(String.raw`${key}\s*$`, 'u');
