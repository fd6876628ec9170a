import { resolve } from 'node:path';
import type { Diagnostic, Place } from '../../base/diagnostic.ts';
import type { Source } from '../../base/source.ts';
import { readText } from './text-file.ts';

/** The name in messages of the file that `-f -` reads. */
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
    return { file, text: name === '-' ? stdin() : readText(file) };
  } catch (error) {
    diagnostics.push({ ...cannotRead(file, error as NodeJS.ErrnoException), ...(named && { at: named }) });
    return undefined;
  }
}

function readStdin(): string {
  return readText(0);
}

/** The text of a file that is read line by line; throws as readText does. */
export function readLines(file: string): string {
  return readText(file).replaceAll('\r\n', '\n');
}

export function cannotRead(file: string, { code, message }: NodeJS.ErrnoException): Diagnostic {
  const reason = reasons[code ?? ''] ?? message;
  const help = remedies[code ?? ''];
  return {
    severity: 'error',
    code: code === 'ENOENT' ? 'no-file' : 'unreadable-file',
    message: `cannot read ${file}: ${reason}`,
    ...(help !== undefined && { help }),
  };
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of its path is not a directory',
  EACCES: 'permission denied',
};

const remedies: Readonly<Record<string, string>> = {
  EFBIG: 'name the right file, or divide the project among several files',
  EILSEQ: 'save it as UTF-8',
};
