import { Problem } from '../../base/diagnostic.ts';
import { optimisingLater } from '../../base/node/optimise-later.ts';
import { didYouMean } from '../../base/text/typo.ts';
import type { Loaded } from '../../project/load.ts';
import type { LoadOptions } from '../../project/read/inputs.ts';
import type { Context } from '../command-context.ts';
import { saysYes } from '../grammar/values.ts';

type ProjectOptions = Pick<LoadOptions, 'checkFiles' | 'toRun' | 'services' | 'noDeps' | 'scale'>;

/** Reads the files in full and shows their warnings; throws their errors. */
export async function openProject(
  context: Context,
  options: ProjectOptions = {},
): Promise<Required<Pick<Loaded, 'project' | 'nameIsExplicit' | 'places' | 'variables' | 'contentOf'>>> {
  const { project, nameIsExplicit, places, variables, contentOf } = await openFiles(context, options);
  return { project: project!, nameIsExplicit, places, variables, contentOf: contentOf! };
}

/** The same for commands that show the files; without some phases, the result has no project. */
export async function openFiles(
  context: Context,
  options: ProjectOptions & Pick<LoadOptions, 'leaveOut'>,
): Promise<LoadedFiles> {
  const { canonical, merged, ...loaded } = await readProject(context, options);
  if (!canonical || !merged) throw new Problem(loaded.diagnostics);
  context.messages.show(loaded.diagnostics);
  return { ...loaded, canonical, merged };
}

export type LoadedFiles = Loaded & Required<Pick<Loaded, 'canonical' | 'merged'>>;

export async function readProject(
  context: Context,
  options: ProjectOptions & Pick<LoadOptions, 'leaveOut'> = {},
): Promise<Loaded> {
  const { loadProject } = await import('../../project/load.ts');
  const { hasVolume } = await import('../../engine/doors/has-volume.ts');
  const loaded = optimisingLater(() => loadProject({ ...inputsOf(context), hasVolume, ...options }));
  context.messages.learn(loaded);
  const { project, variables } = loaded;
  const isCompatible = context.globals.compatibility ?? saysYes(variables.get('COMPOSE_COMPATIBILITY'));
  return project && isCompatible ? { ...loaded, project: { ...project, separator: '_' } } : loaded;
}

/** The choice of files, from the command line. */
export function inputsOf({ globals, environment, cwd }: Context): LoadOptions {
  const {
    file: files,
    profile: profiles,
    envFile: envFiles,
    projectDirectory,
    projectName,
    strict = false,
  } = globals;
  return { files, profiles, envFiles, projectDirectory, projectName, environment, cwd, strict };
}

/** Throws a Problem for the first name that is not a service. */
export function refuseUnknownServices(named: readonly string[], known: Iterable<string>): void {
  const services = new Set(known);
  const unknown = named.find((name) => !services.has(name));
  if (unknown === undefined) return;
  const near = didYouMean(unknown, services);
  throw new Problem({
    severity: 'error',
    code: 'unknown-service',
    message: `no such service: ${unknown}`,
    ...(near !== undefined && { help: `did you mean \`${near}\`?` }),
  });
}
