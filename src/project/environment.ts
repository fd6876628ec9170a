import { readFileSync } from 'node:fs';
import type { Diagnostic } from '../base/diagnostic.ts';
import type { Source } from '../base/source.ts';
import { parseDotenv } from './dotenv.ts';

/** Variables for interpolation, and the `.env` files that some of them come from. */
export type Environment = {
  readonly variables: ReadonlyMap<string, string>;
  readonly files: readonly { readonly file: string; readonly shown: string; readonly count: number }[];
};

/** The process's own variables; `.env` files add to them and never replace one. */
export function processEnvironment(variables: Readonly<Record<string, string | undefined>>): Environment {
  const set = Object.entries(variables).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { variables: new Map(set), files: [] };
}

/** Adds the `.env` of a directory, if there is one that was not read before; `shown` is what messages call it. */
export function withDotenv(
  environment: Environment,
  file: string,
  shown: string,
  sources: Map<string, string>,
  diagnostics: Diagnostic[],
): Environment {
  const disabled = /^(1|true|yes|on)$/i.test(environment.variables.get('COMPOSE_DISABLE_ENV_FILE') ?? '');
  if (disabled || environment.files.some((known) => known.file === file)) return environment;
  const source = readIfThere(file, diagnostics);
  if (!source) return environment;
  sources.set(file, source.text);
  const found = parseDotenv(source, (name) => environment.variables.get(name), diagnostics);
  return {
    variables: new Map([...found, ...environment.variables]),
    files: [...environment.files, { file, shown, count: found.size }],
  };
}

function readIfThere(file: string, diagnostics: Diagnostic[]): Source | undefined {
  try {
    return {
      file,
      text: readFileSync(file, 'utf8')
        .replace(/^\uFEFF/, '')
        .replaceAll('\r\n', '\n'),
    };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // Some keep a directory of environments under this name.
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return undefined;
    diagnostics.push({
      severity: 'error',
      code: 'unreadable-file',
      message: `cannot read ${file}: ${message}`,
    });
    return undefined;
  }
}
