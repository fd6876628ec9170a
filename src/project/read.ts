import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Diagnostic, Place } from '../base/diagnostic.ts';
import type { Source } from '../base/source.ts';

/** What messages call the file that `-f -` reads. */
export const stdinName = '<stdin>';

type ReadOptions = { readonly cwd: string; readonly stdin?: (() => string) | undefined };

/** Reads a Compose file; one that cannot be read is a diagnostic, at the place where it is named. */
export function readSource(
  name: string,
  { cwd, stdin = readStdin }: ReadOptions,
  diagnostics: Diagnostic[],
  named?: Place,
): Source | undefined {
  const file = name === '-' ? stdinName : resolve(cwd, name);
  try {
    return { file, text: withoutMark(name === '-' ? stdin() : readFileSync(file, 'utf8')) };
  } catch (error) {
    diagnostics.push({ ...cannotRead(file, error as NodeJS.ErrnoException), ...(named && { at: named }) });
    return undefined;
  }
}

function readStdin(): string {
  return readFileSync(0, 'utf8');
}

/** The text of a file that is read line by line; throws as readFileSync does. */
export function readLines(file: string): string {
  return withoutMark(readFileSync(file, 'utf8')).replaceAll('\r\n', '\n');
}

/** What editors of Windows put before a text. */
function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

export function cannotRead(file: string, { code, message }: NodeJS.ErrnoException): Diagnostic {
  const reason = reasons[code ?? ''] ?? message;
  return {
    severity: 'error',
    code: code === 'ENOENT' ? 'no-file' : 'unreadable-file',
    message: `cannot read ${file}: ${reason}`,
  };
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of its path is not a directory',
  EACCES: 'this user may not read it',
};
