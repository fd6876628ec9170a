import { join, resolve } from 'node:path';
import type { Diagnostic, Place } from '../../base/diagnostic.ts';
import { directoryOf, type Location } from './discover.ts';
import { parseDotenv } from './dotenv.ts';
import { cannotRead, readLines } from './source-file.ts';

/** Variables for interpolation, and the files that some of them come from. */
export type Environment = {
  readonly variables: ReadonlyMap<string, string>;
  readonly files: readonly { readonly file: string; readonly shown: string; readonly count: number }[];
};

/** A file of variables; one that may be missing need not be a file either. */
export type EnvironmentFile = {
  /** Absolute. */
  readonly file: string;
  /** Its name in messages. */
  readonly shown: string;
  readonly required: boolean;
  /** Where it is named. */
  readonly at?: Place;
};

/** Where texts and problems of the files that are read go. */
type Reading = { readonly texts: Map<string, string>; readonly diagnostics: Diagnostic[] };

type Given = Location & {
  /** `--env-file`. */
  readonly envFiles?: readonly string[] | undefined;
  /** The process's own variables. */
  readonly environment: Readonly<Record<string, string | undefined>>;
};

/**
 * Variables before the Compose files are known, which some of them may name: those of the process, then of the named
 * files, or of the `.env` of the directory of the project as far as the command line says which that is.
 */
export function outerEnvironment(given: Given, reading: Reading): Environment {
  const { envFiles, environment, cwd } = given;
  const set = Object.entries(environment).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const outer: Environment = { variables: new Map(set), files: [] };
  const files = listed(envFiles, outer).map((shown) => ({
    file: resolve(cwd, shown),
    shown,
    required: true,
  }));
  if (files.length > 0) return withFiles(outer, files, reading);
  const directory = directoryOf(given, given.files);
  const shown = directory === cwd ? './.env' : undefined;
  return withFiles(outer, defaultFile(outer, directory, shown), reading);
}

/** Adds the `.env` of the directory of the project, unless files were named. */
export function projectEnvironment(
  outer: Environment,
  directory: string,
  { envFiles }: Given,
  reading: Reading,
): Environment {
  if (listed(envFiles, outer).length > 0) return outer;
  return withFiles(outer, defaultFile(outer, directory), reading);
}

/** Adds the variables of files, of which the last one wins; those that are there already win over all. */
export function withFiles(
  environment: Environment,
  files: readonly EnvironmentFile[],
  { texts, diagnostics }: Reading,
): Environment {
  const added = new Map<string, string>();
  const read = files.flatMap(({ file, shown, required, at }) => {
    const text = textOf({ file, required, at }, diagnostics);
    if (text === undefined) return [];
    texts.set(file, text);
    const outer = (name: string) => environment.variables.get(name);
    const found = parseDotenv({ file, text }, { outer, earlier: (name) => added.get(name) }, diagnostics);
    for (const [name, value] of found) added.set(name, value);
    return [{ file, shown, count: found.size }];
  });
  if (read.length === 0) return environment;
  return {
    variables: new Map([...added, ...environment.variables]),
    files: [...environment.files, ...read],
  };
}

/** `.env`, unless it was read before or is not wanted. */
export function defaultFile(
  { variables, files }: Environment,
  directory: string,
  shown = join(directory, '.env'),
): EnvironmentFile[] {
  const file = join(directory, '.env');
  const isDisabled = /^(1|true|yes|on)$/i.test(variables.get('COMPOSE_DISABLE_ENV_FILE') ?? '');
  return isDisabled || files.some((known) => known.file === file) ? [] : [{ file, shown, required: false }];
}

function listed(envFiles: readonly string[] = [], { variables }: Environment): readonly string[] {
  if (envFiles.length > 0) return envFiles;
  return (variables.get('COMPOSE_ENV_FILES') ?? '').split(',').flatMap((name) => name.trim() || []);
}

function textOf(
  { file, required, at }: { file: string; required: boolean; at: Place | undefined },
  diagnostics: Diagnostic[],
): string | undefined {
  try {
    return readLines(file);
  } catch (error) {
    const failure = error as NodeJS.ErrnoException;
    // Some keep a directory of environments under the name `.env`.
    if (!required && ['ENOENT', 'ENOTDIR', 'EISDIR'].includes(failure.code ?? '')) return undefined;
    diagnostics.push({ ...cannotRead(file, failure), ...(at && { at }) });
    return undefined;
  }
}
