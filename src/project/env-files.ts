import type { Diagnostic, Place } from '../base/diagnostic.ts';
import type { Source } from '../base/source.ts';
import { parseDotenv } from './dotenv.ts';
import type { Canonical, CanonicalEnvFile, CanonicalService } from './model/canonical.ts';
import { cannotRead, readLines } from './read.ts';

type Context = {
  /** Of the process and of `.env`. */
  readonly variables: ReadonlyMap<string, string>;
  /** Where a file is named. */
  readonly at: (service: string, index: number) => Place | undefined;
  /** Gets the text of every file that is read. */
  readonly texts: Map<string, string>;
  readonly diagnostics: Diagnostic[];
};

/** Reads the `env_file`s of every service into its `environment`, which has the last word, then later files. */
export function withEnvFiles(project: Canonical, context: Context): Canonical {
  const services = Object.entries(project.services).map(([name, service]) => [
    name,
    service.env_file ? filled(name, service, context) : service,
  ]);
  return { ...project, services: Object.fromEntries(services) };
}

function filled(name: string, service: CanonicalService, context: Context): CanonicalService {
  const { env_file = [], ...others } = service;
  const environment: Record<string, string | null> = {};
  for (const [index, file] of env_file.entries()) {
    const source = read(file, context.at(name, index), `services.${name}.env_file[${index}]`, context);
    if (source)
      Object.assign(
        environment,
        Object.fromEntries(variablesOf(source, file, service, environment, context)),
      );
  }
  Object.assign(environment, service.environment);
  return Object.keys(environment).length === 0 ? others : { ...others, environment };
}

function read(
  { path, required }: CanonicalEnvFile,
  at: Place | undefined,
  from: string,
  { texts, diagnostics }: Context,
): Source | undefined {
  try {
    const text = readLines(path);
    texts.set(path, text);
    return { file: path, text };
  } catch (error) {
    const failure = error as NodeJS.ErrnoException;
    if (failure.code === 'ENOENT' && !required) return undefined;
    const help =
      failure.code === 'ENOENT' ? 'create it, or add `required: false` to its long form' : undefined;
    diagnostics.push({ ...cannotRead(path, failure), from, ...(at && { at }), ...(help && { help }) });
    return undefined;
  }
}

/** A variable in a value is that of the process, of the service, or of what stands above it. */
function variablesOf(
  source: Source,
  { format }: CanonicalEnvFile,
  { environment = {} }: CanonicalService,
  above: Readonly<Record<string, string | null>>,
  { variables, diagnostics }: Context,
): Map<string, string> {
  if (format === 'raw') return rawVariables(source.text);
  const outside = (key: string) => variables.get(key) ?? environment[key] ?? above[key] ?? undefined;
  return parseDotenv(source, outside, diagnostics);
}

/** `KEY=value` in lines, each value as it stands. */
function rawVariables(text: string): Map<string, string> {
  const lines = text.split('\n').filter((line) => !/^\s*(#|$)/.test(line));
  return new Map(
    lines.flatMap((line) => {
      const equals = line.indexOf('=');
      return equals > 0 ? [[line.slice(0, equals), line.slice(equals + 1)] as const] : [];
    }),
  );
}
