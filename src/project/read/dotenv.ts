import type { Diagnostic, Place } from '../../base/diagnostic.ts';
import { placeAt, type Source } from '../../base/source.ts';
import { type InterpolationProblem, interpolate, type Lookup } from './interpolate.ts';

/**
 * Reads a `.env` file: `KEY=value` or `KEY: value` in lines, with `export`, comments, single quotes (literal),
 * double quotes (escapes and variables, over several lines) and bare text (variables). A later line wins.
 * A variable that is not set is a warning: most of them are passwords with a dollar.
 * `KEY` alone takes the value from outside. `places` gets where each one stands.
 */
export function parseDotenv(
  source: Source,
  outside: Lookup,
  diagnostics: Diagnostic[],
  places = new Map<string, Place>(),
): Map<string, string> {
  const variables = new Map<string, string>();
  const lookup: Lookup = (name) => outside(name) ?? variables.get(name);
  const text = source.text.replaceAll('\r\n', '\n');
  const plain = { file: source.file, text };
  const set = (name: string, value: string, start: number, end: number) => {
    variables.set(name, value);
    places.set(name, placeAt(plain, start, end));
  };
  const report = (message: string, start: number, end: number) => {
    const at = placeAt(plain, start, Math.max(end, start + 1));
    diagnostics.push({ severity: 'error', code: 'invalid-value', message, at });
  };
  const unset = new Set<string>();
  const warn = (name: string, start: number, end: number) => {
    if (unset.has(name)) return;
    unset.add(name);
    const message = `\`${name}\` is not set; using an empty string`;
    const help = 'write `$$` for a dollar sign, or put the value in single quotes';
    const at = placeAt(plain, start, end);
    diagnostics.push({ severity: 'warning', code: 'unset-variable', message, at, help });
  };
  for (let position = 0; position < text.length; ) {
    const line = lineAt(text, position);
    const match = assignment.exec(line);
    const bare = /^\s*(?:export\s+)?([\w.\-[\]]+)\s*$/.exec(line);
    if (match) {
      const value = readValue(text, position + match[0].length);
      const { text: result, problems } = value.literal
        ? { text: value.text, problems: [] }
        : interpolate(value.text, lookup);
      for (const found of problems)
        if (found.kind === 'unset') warn(found.name, position + match[0].length, value.end);
      const problem = value.problem ?? problems.map(wordsFor).find((words) => words !== undefined);
      if (problem) report(problem, position + match[0].length, value.end);
      else set(match[1]!, result, position + line.search(/\S/), value.end);
      position = value.end + lineAt(text, value.end).length + 1;
      continue;
    }
    if (bare) {
      const value = outside(bare[1]!);
      if (value !== undefined) set(bare[1]!, value, position + line.search(/\S/), position + line.length);
    } else if (!/^\s*(#|$)/.test(line)) {
      report('a line must be `KEY=value`', position + line.search(/\S/), position + line.length);
    }
    position += line.length + 1;
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

type Value = {
  readonly text: string;
  readonly end: number;
  readonly literal: boolean;
  readonly problem?: string;
};

function readValue(text: string, start: number): Value {
  const quote = text[start];
  if (quote === "'" || quote === '"') return readQuoted(text, start, quote);
  const line = lineAt(text, start);
  const bare = line.replace(/(^|\s)#.*$/, '').trimEnd();
  return { text: bare, end: start + line.length, literal: false };
}

function readQuoted(text: string, start: number, quote: string): Value {
  let value = '';
  const special = quote === "'" ? /['\\]/g : /["\\]/g;
  let position = start + 1;
  for (special.lastIndex = position; special.test(text); special.lastIndex = position) {
    const index = special.lastIndex - 1;
    value += text.slice(position, index);
    if (text[index] === quote) return { text: value, end: index + 1, literal: quote === "'" };
    const [escaped, length] = quote === "'" ? literalEscape(text, index) : doubleEscape(text, index);
    value += escaped;
    position = index + length;
  }
  const end = start + lineAt(text, start).length;
  return { text: '', end, literal: true, problem: `the ${quote} is never closed` };
}

function literalEscape(text: string, index: number): [string, number] {
  return text[index + 1] === "'" ? ["'", 2] : ['\\', 1];
}

function doubleEscape(text: string, index: number): [string, number] {
  const octal = /^0[0-7]{1,3}/.exec(text.slice(index + 1, index + 5))?.[0];
  if (octal) return [String.fromCharCode(Number.parseInt(octal, 8)), 1 + octal.length];
  const next = text[index + 1] ?? '';
  // A dollar stays protected from the interpolation that follows.
  return [escapes[next] ?? `\\${next}`, 2];
}

const escapes: Readonly<Record<string, string>> = {
  ...{ a: '\x07', b: '\b', c: '', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' },
  ...{ '\\': '\\', '"': '"', $: '$$' },
};

function lineAt(text: string, position: number): string {
  const end = text.indexOf('\n', position);
  return text.slice(position, end === -1 ? text.length : end);
}

const assignment = /^\s*(?:export\s+)?([\w.\-[\]]+)[^\S\n]*[=:][^\S\n]*/;
