import type { Diagnostic, Place } from '../base/diagnostic.ts';
import { placeAt, type Source } from '../base/source.ts';
import { interpolate, type Lookup } from './interpolate.ts';

/**
 * Reads a `.env` file: `KEY=value` or `KEY: value` in lines, with `export`, comments, single quotes (literal),
 * double quotes (escapes and variables, over several lines) and bare text (variables). A later line wins.
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
  for (let position = 0; position < text.length; ) {
    const line = lineAt(text, position);
    const match = assignment.exec(line);
    const bare = /^\s*(?:export\s+)?([\w.\-[\]]+)\s*$/.exec(line);
    if (match) {
      const value = readValue(text, position + match[0].length);
      if (value.problem) report(value.problem, position + match[0].length, value.end);
      else {
        const content = value.literal ? value.text : interpolate(value.text, lookup).text;
        set(match[1]!, content, position + line.search(/\S/), value.end);
      }
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
  for (let index = start + 1; index < text.length; index++) {
    const character = text[index]!;
    if (character === quote) return { text: value, end: index + 1, literal: quote === "'" };
    if (character !== '\\') {
      value += character;
      continue;
    }
    const [escaped, length] = quote === "'" ? literalEscape(text, index) : doubleEscape(text, index);
    value += escaped;
    index += length - 1;
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
