import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Diagnostic } from '../../base/diagnostic.ts';

/** The Compose files to read, in the order in which they are merged. */
export function chooseFiles(
  files: readonly string[],
  cwd: string,
  variables: ReadonlyMap<string, string>,
  diagnostics: Diagnostic[],
): readonly string[] {
  if (files.length > 0) return files;
  const listed = variables.get('COMPOSE_FILE');
  if (listed)
    return listed.split(variables.get('COMPOSE_PATH_SEPARATOR') || ':').filter((file) => file !== '');
  return discover(cwd, diagnostics);
}

/** Looks in the working directory and those above it. */
function discover(cwd: string, diagnostics: Diagnostic[]): readonly string[] {
  for (const directory of parents(cwd)) {
    const found = names.filter((name) => isFile(join(directory, name)));
    if (found.length === 0) continue;
    if (found.length > 1) diagnostics.push(several(found));
    const override = overrides.find((name) => isFile(join(directory, name)));
    return [found[0]!, ...(override ? [override] : [])].map((name) => join(directory, name));
  }
  diagnostics.push({
    severity: 'error',
    code: 'no-file',
    message: `there is no Compose file in ${cwd} or above it`,
    notes: [`looked for ${names.join(', ')}`],
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
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

const names = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];

const overrides = [
  'compose.override.yml',
  'compose.override.yaml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
];
