import { type Document, isScalar, parseAllDocuments, type YAMLError } from 'yaml';
import type { Diagnostic } from '../base/diagnostic.ts';
import { placeAt, type Source } from '../base/source.ts';

/** Parses a file into its documents; a text that is not YAML gives diagnostics and no document. */
export function parseYaml(source: Source, diagnostics: Diagnostic[]): Document[] {
  const before = diagnostics.length;
  const documents = parseDocuments(source, diagnostics);
  const errors = documents.flatMap((document) => [...document.errors, ...document.warnings.filter(isBadTag)]);
  diagnostics.push(...errors.slice(0, mostErrors).map((error) => toDiagnostic(error, source)));
  if (errors.length > 0) return [];
  const full = documents.filter(
    ({ contents }) => contents && !(isScalar(contents) && contents.value === null),
  );
  if (full.length === 0 && diagnostics.length === before) diagnostics.push(empty(source));
  return full;
}

function empty(source: Source): Diagnostic {
  const message = 'a Compose file must not be empty';
  return { severity: 'error', code: 'invalid-type', message, at: placeAt(source, 0, 0) };
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
      customTags: (tags) => [octal, ...tags],
    });
    return 'empty' in documents ? [] : documents;
  } catch (error) {
    // The parser is recursive; a file may be nested more deeply than the stack.
    if (!(error instanceof RangeError)) throw error;
    const message = 'the file is nested too deeply';
    diagnostics.push({ severity: 'error', code: 'yaml-syntax', message, at: placeAt(source, 0, 1) });
    return [];
  }
}

function toDiagnostic(error: YAMLError, source: Source): Diagnostic {
  const message = error.message.charAt(0).toLowerCase() + error.message.slice(1);
  return { severity: 'error', code: 'yaml-syntax', message, at: placeAt(source, error.pos[0], error.pos[1]) };
}

/** `!reset` and `!override` belong to Compose, other tags mean nothing to it. */
function isBadTag(warning: YAMLError): boolean {
  return warning.code === 'TAG_RESOLVE_FAILED' && !/: !(reset|override)$/.test(warning.message);
}

/** What follows the first errors of broken YAML is mostly their echo. */
const mostErrors = 3;

/** YAML 1.1's `0777`, which Compose reads as octal although YAML 1.2 has only `0o777`. */
const octal = {
  tag: 'tag:yaml.org,2002:int',
  default: true,
  test: /^[-+]?0[0-7]+$/,
  resolve: (text: string) => (text.startsWith('-') ? -1 : 1) * Number.parseInt(text.replace(/^[-+]/, ''), 8),
} as const;
