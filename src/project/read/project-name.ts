import { basename } from 'node:path';
import type { Diagnostic, Place } from '../../base/diagnostic.ts';

export type ProjectName = { readonly name: string; readonly isExplicit: boolean };

/** `-p`, else COMPOSE_PROJECT_NAME, else `name` of the last file or the name of the directory without what a name may not have. */
export function projectName(
  given: {
    readonly option: string | undefined;
    readonly variable: string | undefined;
    readonly key: { readonly name: string; readonly at?: Place } | undefined;
    readonly directory: string;
  },
  diagnostics: Diagnostic[],
): ProjectName {
  const explicit = given.option || given.variable;
  const name = explicit || (given.key && normalised(given.key.name));
  if (name === undefined) return { name: fromDirectory(given.directory, diagnostics), isExplicit: false };
  if (!isProjectName(name))
    diagnostics.push(explicit ? invalid(explicit) : invalid(given.key!.name, given.key!.at));
  return { name, isExplicit: Boolean(explicit) };
}

export function isProjectName(name: string): boolean {
  return /^[a-z0-9][a-z0-9_-]*$/.test(name);
}

function fromDirectory(directory: string, diagnostics: Diagnostic[]): string {
  const name = normalised(basename(directory));
  if (name === '') {
    diagnostics.push({
      severity: 'error',
      code: 'invalid-project-name',
      message: `cannot derive a project name from the directory ${directory}`,
      help: 'set one with `-p`, or with `name:` in the file',
    });
  }
  return name;
}

function invalid(name: string, at?: Place): Diagnostic {
  const better = normalised(name);
  return {
    severity: 'error',
    code: 'invalid-project-name',
    message: `\`${name}\` is not a valid project name`,
    ...(at && { at }),
    label: 'expected lowercase letters, digits, `-` and `_`, the first a letter or digit',
    ...(better && { help: `use \`${better}\`` }),
  };
}

function normalised(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]/g, '')
    .replace(/^[_-]+/, '');
}
