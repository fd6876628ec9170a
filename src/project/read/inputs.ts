import { resolve } from 'node:path';
import { isMap, isScalar } from 'yaml';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { placeAt } from '../../base/source.ts';
import { chooseFiles, directoryOf, type Location } from './discover.ts';
import { newReading, type Phases, type Reading, readDocuments, type SourceDocument } from './documents.ts';
import { type Environment, outerEnvironment, projectEnvironment } from './environment.ts';
import { interpolate } from './interpolate.ts';
import { projectName } from './project-name.ts';
import { stdinName } from './source-file.ts';
import { emptyFile } from './yaml.ts';

export type LoadOptions = Location & {
  readonly projectName?: string | undefined;
  /** Groups of services to take along; COMPOSE_PROFILES counts where there are none. */
  readonly profiles?: readonly string[] | undefined;
  /** `--env-file`: files of variables in place of `.env`, the last one wins. */
  readonly envFiles?: readonly string[] | undefined;
  /** Services that a command names: their profiles are active, and problems of other services do not matter. */
  readonly services?: readonly string[] | undefined;
  /** Their dependencies are left out. */
  readonly noDeps?: boolean | undefined;
  /** The numbers of containers, by service, instead of those in the files. */
  readonly scale?: ReadonlyMap<string, number> | undefined;
  /** The process's variables; those of `.env` files are added. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whether a key that is not supported is an error. */
  readonly strict: boolean;
  /** Gives the text for `-f -`; standard input by default. */
  readonly stdin?: (() => string) | undefined;
  /** Whether roots and sources of binds must exist, true by default. */
  readonly checkFiles?: boolean | undefined;
  /** Whether this machine has a volume of the name; by default it has none. */
  readonly hasVolume?: ((name: string) => boolean) | undefined;
  /** Whether every service must be one that can run here, true by default. */
  readonly toRun?: boolean | undefined;
  /** For looking at the files: without one of these steps the result is not a runnable project. */
  readonly leaveOut?: Phases | undefined;
};

/** Everything that a project is made from, read but not yet understood. */
export type Inputs = {
  readonly documents: readonly SourceDocument[];
  readonly files: readonly string[];
  /** Absolute directory that relative paths resolve against. */
  readonly directory: string;
  readonly environment: Environment;
  readonly name: string;
  readonly nameIsExplicit: boolean;
  readonly reading: Reading;
};

/** Finds and reads the Compose files and the `.env` files, and settles the name of the project. */
export function readInputs(options: LoadOptions, diagnostics: Diagnostic[]): Inputs {
  const reading = newReading(options, diagnostics);
  const own = outerEnvironment(options, reading);
  const names = chooseFiles(options, own.variables, diagnostics);
  if (names.length === 0) reading.unread.push('compose.yaml');
  const files = names.map((name) => (name === '-' ? stdinName : resolve(options.cwd, name)));
  const documents = names.flatMap((name) => readDocuments(name, reading));
  if (documents.length === 0) refuseEmptyFile(files, reading);
  const directory = directoryOf(options, names);
  const environment = projectEnvironment(own, directory, options, reading);
  const { name, isExplicit } = projectName(
    {
      option: options.projectName,
      variable: environment.variables.get('COMPOSE_PROJECT_NAME'),
      key: nameKey(documents, environment),
      directory,
    },
    diagnostics,
  );
  return {
    documents,
    files,
    directory,
    environment: {
      ...environment,
      variables: new Map([...environment.variables, ['COMPOSE_PROJECT_NAME', name]]),
    },
    name,
    nameIsExplicit: isExplicit,
    reading: reading.wants('path-resolution') ? reading : { ...reading, unresolved: directory },
  };
}

/** Files without anything in them say nothing, but all of them together have to say something. */
function refuseEmptyFile(files: readonly string[], { texts, unread, diagnostics }: Reading): void {
  const file = files.find((name) => texts.has(name));
  if (file === undefined || unread.length > 0) return;
  diagnostics.push(emptyFile({ file, text: texts.get(file)! }));
  unread.push(file);
}

/** The last `name` of all files; it is needed before the others, for variables may refer to it. */
function nameKey(documents: readonly SourceDocument[], environment: Environment) {
  for (const { source, document } of [...documents].reverse()) {
    const node = isMap(document.contents) ? document.contents.get('name', true) : undefined;
    if (!isScalar(node) || typeof node.value !== 'string' || node.value === '') continue;
    const name = interpolate(node.value, (variable) => environment.variables.get(variable)).text;
    return { name, at: placeAt(source, node.range?.[0] ?? 0, node.range?.[1] ?? 0) };
  }
  return undefined;
}
