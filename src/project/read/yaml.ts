import { type Document, isScalar, parseAllDocuments, type YAMLError } from 'yaml';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { placeAt, type Source } from '../../base/source.ts';
import { integerOf } from '../tree/exact-integer.ts';
import { deeperBracket } from './brackets.ts';

/**
 * Parses a file into its documents, without empty ones; a text that is not YAML gives diagnostics and no document.
 */
export function parseYaml(source: Source, diagnostics: Diagnostic[]): Document[] {
  if (hasTooManyValues(source.text)) {
    diagnostics.push(tooManyValues(source));
    return [];
  }
  const bracket = deeperBracket(source.text, mostLevels);
  if (bracket !== undefined) {
    diagnostics.push(deepNesting(source, bracket, bracket + 1));
    return [];
  }
  const documents = withoutStacks(() => parseDocuments(source, diagnostics));
  if (documents.length > mostDocuments) {
    diagnostics.push(tooManyDocuments(source, documents[mostDocuments]!));
    return [];
  }
  const errors = documents.flatMap((document) => [...document.errors, ...document.warnings.filter(isBadTag)]);
  diagnostics.push(...errors.slice(0, mostErrors).map((error) => toDiagnostic(error, source)));
  if (errors.length > 0) return [];
  return documents.filter(({ contents }) => contents && !(isScalar(contents) && contents.value === null));
}

export function emptyFile(source: Source): Diagnostic {
  const message = 'a Compose file must not be empty';
  return { severity: 'error', code: 'invalid-type', message, at: placeAt(source, 0, 0) };
}

/** No value is without one of these before or behind it; to count them takes milliseconds, to parse them seconds. */
function hasTooManyValues(text: string): boolean {
  let marks = 0;
  for (let index = 0; index < text.length; index++) if (isMark.has(text.charCodeAt(index))) marks++;
  return marks > mostMarks;
}

function tooManyValues(source: Source): Diagnostic {
  const message = 'the file has too many values';
  const help = 'name the right file, or divide the project among several files';
  return { severity: 'error', code: 'yaml-syntax', message, at: placeAt(source, 0, 1), help };
}

function tooManyDocuments(source: Source, { range }: Document): Diagnostic {
  const message = `a file must not have more than ${mostDocuments} documents`;
  const [start] = range ?? [0];
  return {
    severity: 'error',
    code: 'yaml-syntax',
    message,
    at: placeAt(source, start, start + 1),
    help: 'merge some of them',
  };
}

function parseDocuments(source: Source, diagnostics: Diagnostic[]): Document[] {
  try {
    const documents = parseAllDocuments(source.text, {
      version: '1.2',
      merge: true,
      // Found while the tree is built, in linear time and with both places.
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: 'silent',
      customTags: (tags) => [integer, float, ...tags],
    });
    return 'empty' in documents ? [] : documents;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    diagnostics.push(deepNesting(source, 0, 1));
    return [];
  }
}

/** An error for every second character, of which three are told, would otherwise cost seconds. */
function withoutStacks<T>(work: () => T): T {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return work();
  } finally {
    Error.stackTraceLimit = limit;
  }
}

/** The parser is recursive; a file may be nested more deeply than the stack. */
function deepNesting(source: Source, start: number, end: number): Diagnostic {
  return { severity: 'error', code: 'yaml-syntax', at: placeAt(source, start, end), ...tooDeep };
}

/** The limit of nested collections: five times the depth of Compose's keys, and far below the limit of the stack. */
export const mostLevels = 100;

export const tooDeep = {
  message: 'the file is nested too deeply',
  help: 'look for brackets that are never closed',
};

function toDiagnostic(error: YAMLError, source: Source): Diagnostic {
  if (error.code === 'RESOURCE_EXHAUSTION') return deepNesting(source, ...error.pos);
  const message = error.message.charAt(0).toLowerCase() + error.message.slice(1);
  const [start, end] = error.pos;
  // In the braces of a mapping that is written in one line, one of a variable is YAML.
  const isVariable = source.text.slice(start - 1, start + 1) === '${';
  return {
    severity: 'error',
    code: 'yaml-syntax',
    message,
    at: placeAt(source, start, end),
    ...(isVariable && { help: 'put the value with the variable in quotes' }),
  };
}

/** `!reset` and `!override` belong to Compose, other tags mean nothing to it. */
function isBadTag(warning: YAMLError): boolean {
  return warning.code === 'TAG_RESOLVE_FAILED' && !/: !(reset|override)$/.test(warning.message);
}

/** Errors after the first ones of broken YAML are mostly their echo. */
const mostErrors = 3;

const isMark = new Set([...'\n\r,:?-[{&*!'].map((character) => character.charCodeAt(0)));
/** A project of 5,000 services has half of it. */
const mostMarks = 600_000;

/** Each is merged into those before it. */
const mostDocuments = 1000;

/** Whole numbers of YAML 1.1, which Compose reads although YAML 1.2 has none of these forms but `0o777` and `0x1F`. */
const integer = {
  tag: 'tag:yaml.org,2002:int',
  default: true,
  test: /^[-+]?(?:0x_*[\da-f][\da-f_]*|0b_*[01][01_]*|0o_*[0-7][0-7_]*|0[0-7_]+|[1-9]\d*_[\d_]*)$/i,
  resolve: (text: string) => Number(integerOf(text)),
} as const;

/** `1_000.5`, also of YAML 1.1. */
const float = {
  tag: 'tag:yaml.org,2002:float',
  default: true,
  test: /^(?=[^_]*_)[-+]?(?:\d[\d_]*\.[\d_]*|\.\d[\d_]*|\d[\d_]*(?=e))(?:e[-+]?\d[\d_]*)?$/i,
  resolve: (text: string) => Number(text.replaceAll('_', '')),
} as const;
