import { resolve } from 'node:path';
import type { NamedProject } from '../../api/client.ts';
import { type Diagnostic, Problem } from '../../base/diagnostic.ts';
import type { Source } from '../../base/source.ts';
import { chooseFiles, directoryOf, isFile } from '../../project/read/discover.ts';
import { outerEnvironment, projectEnvironment } from '../../project/read/environment.ts';
import { projectName as chooseName } from '../../project/read/project-name.ts';
import { readSource } from '../../project/read/source-file.ts';
import type { Context } from '../command-context.ts';
import { inputsOf } from './open-project.ts';

/**
 * The project of the command line, without its services. Commands on existing containers are to be fast, so the YAML
 * parser is loaded only if the name cannot be found otherwise; errors elsewhere in the file do not matter.
 */
export async function findProject(context: Context): Promise<NamedProject> {
  const diagnostics: Diagnostic[] = [];
  const project = quickProject(context, diagnostics) ?? (await parsedProject(context, diagnostics));
  const grave = diagnostics.filter(({ code, severity }) => severity === 'error' && unnameable.has(code));
  if (grave.length > 0) throw new Problem(...grave);
  return project;
}

/** Diagnostics that make the name wrong or unknown. */
const unnameable: ReadonlySet<string> = new Set(['no-file', 'unreadable-file', 'invalid-project-name']);

/** The probable name; undefined if it is invalid or needs the YAML parser. */
export function probableName(context: Context): string | undefined {
  // A pipe can be read only once.
  if (!inputsOf(context).files.every((path) => isFile(resolve(context.cwd, path)))) return undefined;
  const diagnostics: Diagnostic[] = [];
  const project = quickProject(context, diagnostics);
  return diagnostics.length === 0 ? project?.name : undefined;
}

function quickProject(context: Context, diagnostics: Diagnostic[]): NamedProject | undefined {
  const inputs = inputsOf(context);
  const { files, projectName: option, cwd } = inputs;
  const reading = { texts: new Map(), diagnostics };
  const choose = (
    variables: ReadonlyMap<string, string>,
    key: string | undefined,
    workingDir: string,
  ): NamedProject => {
    const variable = variables.get('COMPOSE_PROJECT_NAME');
    const given = key === undefined ? undefined : { name: key };
    const { name, isExplicit } = chooseName(
      { option, variable, key: given, directory: workingDir },
      diagnostics,
    );
    return { name, workingDir, nameIsExplicit: isExplicit };
  };
  const own = outerEnvironment(inputs, reading);
  if (option || own.variables.get('COMPOSE_PROJECT_NAME')) return choose(own.variables, undefined, cwd);
  if (files.includes('-')) return undefined;
  const chosen = chooseFiles(inputs, own.variables, diagnostics);
  const sources = chosen.flatMap((file) => readSource(file, { cwd }, diagnostics) ?? []);
  const key = sources.map(findName).findLast((found) => found !== undefined);
  if (key === null) return undefined;
  const directory = directoryOf(inputs, chosen);
  return choose(projectEnvironment(own, directory, inputs, reading).variables, key, directory);
}

/**
 * The top-level `name` of a text if it is a plain word, the usual case; null if only the parser can tell. Variables, anchors, tags, blocks and files in
 * JSON style need the parser.
 */
export function findName(source: Source): string | null | undefined {
  if (/^(\s*\{|[&!<?])/m.test(source.text)) return null;
  const line = /^(['"]?)name\1[ \t]*:(.*)$/m.exec(source.text);
  if (!line) return undefined;
  const value = /^[ \t]+(['"]?)([a-z][\w-]*)\1[ \t]*(#.*)?\r?$/i.exec(line[2]!);
  if (!value || /^(true|false|null)$/i.test(value[2]!)) return null;
  return value[2]!;
}

async function parsedProject(context: Context, diagnostics: Diagnostic[]): Promise<NamedProject> {
  const { readInputs } = await import('../../project/read/inputs.ts');
  const { name, directory, nameIsExplicit } = readInputs(inputsOf(context), diagnostics);
  return { name, workingDir: directory, nameIsExplicit };
}
