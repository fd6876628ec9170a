import type { Diagnostic, Place } from '../base/diagnostic.ts';
import type { Source } from '../base/source.ts';
import { parseDotenv } from './dotenv.ts';
import type { Canonical, CanonicalEnvFile, CanonicalService } from './model/canonical.ts';
import { formatPath, type Path } from './path.ts';
import { cannotRead, readLines } from './read.ts';

type Context = {
  /** Of the process and of `.env`. */
  readonly variables: ReadonlyMap<string, string>;
  /** Where a file is named. */
  readonly at: (...path: Path) => Place;
  /** Gets the text of every file that is read. */
  readonly texts: Map<string, string>;
  readonly diagnostics: Diagnostic[];
};

type Values = Readonly<Record<string, string | null>>;

/**
 * Reads the `env_file`s of every service into its `environment` and its `label_file`s into its `labels`, which have
 * the last word, then later files.
 */
export function withServiceFiles(project: Canonical, context: Context): Canonical {
  const services = Object.entries(project.services).map(([name, service]) => [
    name,
    service.env_file || service.label_file ? filled(name, service, context) : service,
  ]);
  return { ...project, services: Object.fromEntries(services) };
}

function filled(name: string, service: CanonicalService, context: Context): CanonicalService {
  const { env_file = [], label_file = [], ...others } = service;
  const environment = collected(env_file, service.environment, ['services', name, 'env_file'], context);
  const labelFiles = label_file.map((path) => ({ path, required: true }));
  const labels = collected(labelFiles, service.labels, ['services', name, 'label_file'], context);
  return {
    ...others,
    ...(Object.keys(environment).length > 0 && { environment }),
    ...(Object.keys(labels).length > 0 && { labels: labels as Readonly<Record<string, string>> }),
  };
}

function collected(
  files: readonly CanonicalEnvFile[],
  own: Values = {},
  path: Path,
  context: Context,
): Record<string, string | null> {
  const values: Record<string, string | null> = {};
  for (const [index, file] of files.entries()) {
    const source = read(file, [...path, index], context);
    if (source) Object.assign(values, Object.fromEntries(valuesOf(source, file, own, values, context)));
  }
  return Object.assign(values, own);
}

function read(
  { path, required }: CanonicalEnvFile,
  named: Path,
  { at, texts, diagnostics }: Context,
): Source | undefined {
  try {
    const text = readLines(path);
    texts.set(path, text);
    return { file: path, text };
  } catch (error) {
    const failure = error as NodeJS.ErrnoException;
    if (failure.code === 'ENOENT' && !required) return undefined;
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

/** A variable in a value is that of the process, of the service, or of what stands above it. */
function valuesOf(
  source: Source,
  { format }: CanonicalEnvFile,
  own: Values,
  above: Values,
  { variables, diagnostics }: Context,
): Map<string, string> {
  if (format === 'raw') return rawValues(source.text);
  const outside = (key: string) => variables.get(key) ?? own[key] ?? above[key] ?? undefined;
  return parseDotenv(source, outside, diagnostics);
}

/** `KEY=value` in lines, each value as it stands. */
function rawValues(text: string): Map<string, string> {
  const lines = text.split('\n').filter((line) => !/^\s*(#|$)/.test(line));
  return new Map(
    lines.flatMap((line) => {
      const equals = line.indexOf('=');
      return equals > 0 ? [[line.slice(0, equals), line.slice(equals + 1)] as const] : [];
    }),
  );
}
