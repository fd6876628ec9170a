import { type Stats, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Diagnostic } from '../../base/diagnostic.ts';

/** The options of the command line about the place of a project. */
export type Location = {
  /** `-f`, `-` for standard input; without any they are looked for. */
  readonly files: readonly string[];
  readonly projectDirectory?: string | undefined;
  /** Absolute. */
  readonly cwd: string;
};

/** The Compose files to read, in the order in which they are merged. */
export function chooseFiles(
  { files, projectDirectory, cwd }: Location,
  variables: ReadonlyMap<string, string>,
  diagnostics: Diagnostic[],
): readonly string[] {
  if (files.length > 0) return files;
  const listed = variables.get('COMPOSE_FILE');
  if (listed)
    return listed.split(variables.get('COMPOSE_PATH_SEPARATOR') || ':').filter((file) => file !== '');
  const start = resolve(cwd, projectDirectory || '.');
  if (isDirectory(start)) return discover(start, diagnostics);
  diagnostics.push({
    severity: 'error',
    code: 'no-file',
    message: `the project directory ${start} does not exist`,
    help: 'name an existing directory with `--project-directory`',
  });
  return [];
}

/** The directory that relative paths resolve against: the named one, or that of the first of these files. */
export function directoryOf({ projectDirectory, cwd }: Location, files: readonly string[]): string {
  if (projectDirectory) return resolve(cwd, projectDirectory);
  const first = files.find((file) => file !== '-');
  return first === undefined ? cwd : dirname(resolve(cwd, first));
}

/** Looks in a directory and those above it. */
function discover(start: string, diagnostics: Diagnostic[]): readonly string[] {
  for (const directory of parents(start)) {
    const found = FILE_NAMES.filter((name) => isFile(join(directory, name)));
    if (found.length === 0) continue;
    if (found.length > 1) diagnostics.push(several(found));
    const override = overrides.find((name) => isFile(join(directory, name)));
    return [found[0]!, ...(override ? [override] : [])].map((name) => join(directory, name));
  }
  diagnostics.push({
    severity: 'error',
    code: 'no-file',
    message: `there is no Compose file in ${start} or above it`,
    notes: [`looked for ${FILE_NAMES.join(', ')}`],
    help: 'write a `compose.yaml`, or name a file with `-f`',
  });
  return [];
}

function several(found: readonly string[]): Diagnostic {
  const message = `found several Compose files: ${found.join(', ')}`;
  return {
    severity: 'warning',
    code: 'no-file',
    message,
    notes: [`using ${found[0]}`],
    help: 'name one with `-f`',
  };
}

function* parents(directory: string): Iterable<string> {
  for (let at = directory; ; at = dirname(at)) {
    yield at;
    if (dirname(at) === at) return;
  }
}

export function isFile(path: string): boolean {
  return statusOf(path)?.isFile() ?? false;
}

function isDirectory(path: string): boolean {
  return statusOf(path)?.isDirectory() ?? false;
}

function statusOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

/** In the order in which they are looked for. */
export const FILE_NAMES = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];

const overrides = [
  'compose.override.yml',
  'compose.override.yaml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
];
