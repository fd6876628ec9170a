import { resolve } from 'node:path';
import type { Diagnostic, Place } from '../../base/diagnostic.ts';
import { placeAt, type Source } from '../../base/source.ts';
import type { Canonical, CanonicalEnvFile, CanonicalService } from '../model/canonical.ts';
import { formatPath, type Path } from '../tree/path.ts';
import { parseDotenv } from './dotenv.ts';
import { cannotRead, readLines } from './source-file.ts';

/** The places of values that come from files, by their path in the model. */
export type Origins = Map<string, Place>;

type Context = {
  /** Absolute directory that relative paths resolve against. */
  readonly directory: string;
  /** Of the process and of `.env`. */
  readonly variables: ReadonlyMap<string, string>;
  /** Where a file is named. */
  readonly at: (...path: Path) => Place;
  /** Gets the text of every file that is read. */
  readonly texts: Map<string, string>;
  /** Gets the places of the values that are taken from files. */
  readonly origins: Origins;
  readonly diagnostics: Diagnostic[];
};

/** The same for all services. */
type Surroundings = Omit<Context, 'diagnostics'> & {
  readonly diagnosticsOf: (service: string) => Diagnostic[];
};

type Values = Readonly<Record<string, string | null>>;

/** Reads the `env_file`s of every service into its `environment`, which has the last word, then later files. */
export function withEnvironmentFiles(project: Canonical, surroundings: Surroundings): Canonical {
  return withServices(project, surroundings, (name, service, context) => {
    const { env_file, ...others } = service;
    if (!env_file) return service;
    const paths = { named: ['services', name, 'env_file'], filled: ['services', name, 'environment'] };
    const environment = collected(env_file, service.environment, paths, context);
    return { ...others, ...(Object.keys(environment).length > 0 && { environment }) };
  });
}

/**
 * Reads the `label_file`s of every service into its `labels`, which have the last word, then later files. As in Docker
 * Compose, a variable there is a label of the same file or of an earlier one.
 */
export function withLabelFiles(project: Canonical, surroundings: Surroundings): Canonical {
  return withServices(project, surroundings, (name, service, context) => {
    if (!service.label_file) return service;
    const paths = { named: ['services', name, 'label_file'], filled: ['services', name, 'labels'] };
    const files = service.label_file.map((path) => ({ path }));
    const found = collected(files, {}, paths, { ...context, variables: new Map() });
    const labels = { ...(found as Readonly<Record<string, string>>), ...service.labels };
    return { ...service, ...(Object.keys(labels).length > 0 && { labels }) };
  });
}

function withServices(
  project: Canonical,
  { diagnosticsOf, ...surroundings }: Surroundings,
  change: (name: string, service: CanonicalService, context: Context) => CanonicalService,
): Canonical {
  const services = Object.entries(project.services).map(([name, service]) => [
    name,
    change(name, service, { ...surroundings, diagnostics: diagnosticsOf(name) }),
  ]);
  return { ...project, services: Object.fromEntries(services) };
}

function collected(
  files: readonly CanonicalEnvFile[],
  own: Values = {},
  { named, filled }: { readonly named: Path; readonly filled: Path },
  context: Context,
): Record<string, string | null> {
  const values: Record<string, string | null> = {};
  for (const [index, file] of files.entries()) {
    const source = read(file, [...named, index], context);
    if (!source) continue;
    const places = new Map<string, Place>();
    Object.assign(values, Object.fromEntries(valuesOf(source, file, own, values, context, places)));
    for (const [key, place] of places) context.origins.set(formatPath([...filled, key]), place);
  }
  return Object.assign(values, own);
}

function read(
  { path: written, required = true }: CanonicalEnvFile,
  named: Path,
  { directory, at, texts, diagnostics }: Context,
): Source | undefined {
  const path = resolve(directory, written);
  try {
    const text = readLines(path);
    texts.set(path, text);
    return { file: path, text };
  } catch (error) {
    const failure = error as NodeJS.ErrnoException;
    // An empty path is the directory itself.
    if (['ENOENT', 'EISDIR'].includes(failure.code ?? '') && !required) return undefined;
    const isMissing = failure.code === 'ENOENT';
    const help = named.includes('env_file')
      ? 'create it, or add `required: false` to its long form'
      : 'create it';
    diagnostics.push({
      ...cannotRead(path, failure),
      at: at(...named),
      from: formatPath(named),
      ...(isMissing && { help }),
    });
    return undefined;
  }
}

/** A variable in a value is that of the process, of the service, of the same file, or of an earlier one. */
function valuesOf(
  source: Source,
  { format }: CanonicalEnvFile,
  own: Values,
  above: Values,
  { variables, diagnostics }: Context,
  places: Map<string, Place>,
): Map<string, string> {
  const outer = (key: string) => variables.get(key) ?? own[key] ?? undefined;
  if (format === 'raw') return rawValues(source, (name) => variables.get(name), diagnostics, places);
  return parseDotenv(source, { outer, earlier: (key) => above[key] ?? undefined }, diagnostics, places);
}

/** `KEY=value` in lines, each value as it stands; `KEY` alone takes the value from outside. */
function rawValues(
  source: Source,
  outer: (name: string) => string | undefined,
  diagnostics: Diagnostic[],
  places: Map<string, Place>,
): Map<string, string> {
  const values = new Map<string, string>();
  for (const { 0: line, 1: name = '', 2: value = outer(name), index } of source.text.matchAll(rawLine)) {
    const at = placeAt(source, index, index + line.length);
    if (name === '' || /\s/.test(name)) diagnostics.push(badName(name, at));
    else if (value !== undefined) values.set(name, value);
    if (value !== undefined) places.set(name, at);
  }
  return values;
}

function badName(name: string, at: Place): Diagnostic {
  const message = name === '' ? 'a line must have a name before `=`' : `\`${name}\` must not contain blanks`;
  return { severity: 'error', code: 'invalid-value', message, at };
}

const rawLine = /^[^\S\n]*(?!\s*#|\s*$)([^=\n]*)(?:=(.*))?$/gm;
