import type { Client, NamedProject } from '../../api/client.ts';
import { type Diagnostic, Problem } from '../../base/diagnostic.ts';
import { optimisingLater } from '../../base/node/optimise-later.ts';
import type { Outline, ServiceDependencies, ServiceImage } from '../../project/outline.ts';
import type { Context } from '../command-context.ts';
import { findProject } from './find-project.ts';
import { inputsOf, refuseUnknownServices } from './open-project.ts';

/** The project, and the part of it that a command on existing containers acts on. */
export type Target = NamedProject & {
  /** The services of the files; undefined without files: then every container of the project is meant. */
  readonly services?: readonly string[];
  /** Keys of the volumes of the files that belong to the project; undefined without files. */
  readonly volumes?: readonly string[];
  /** Their names on this machine. */
  readonly volumeNames?: readonly string[];
  /** The images of those services; undefined without files. */
  readonly images?: readonly ServiceImage[];
  /** The order of services in the files; undefined without files. */
  readonly dependencies?: () => ServiceDependencies | undefined;
  /** For options that may be set in `.env`. */
  readonly variables: ReadonlyMap<string, string>;
};

/** As in Docker Compose: `-p` alone needs no file, nor does COMPOSE_PROJECT_NAME where no file can be read. */
export async function findTarget(context: Context): Promise<Target> {
  const { file: files, projectName } = context.globals;
  if (projectName && files.length === 0) {
    const variables = Object.entries(context.environment).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, value] as const],
    );
    return { ...(await findProject(context)), variables: new Map(variables) };
  }
  const { outlineProject } = await import('../../project/outline.ts');
  const outline = optimisingLater(() => outlineProject(inputsOf(context)));
  const {
    name,
    directory: workingDir,
    nameIsExplicit,
    services,
    volumes,
    volumeNames,
    images,
    dependencies,
    variables,
  } = outline;
  const grave = graveErrors(outline);
  if (grave.length > 0) throw new Problem(...grave);
  return {
    name,
    workingDir,
    nameIsExplicit,
    ...(services && { services }),
    ...(volumes && { volumes }),
    ...(volumeNames && { volumeNames }),
    ...(images && { images }),
    dependencies,
    variables,
  };
}

/** Throws a Problem for a name that is no service of the files; without files, for one that has no container. */
export async function refuseUnknownTargets(
  { services }: Target,
  client: Client | undefined,
  named: readonly string[],
): Promise<void> {
  if (named.length === 0) return;
  refuseUnknownServices(named, services ?? (await servicesWithContainers(client)));
}

/** The same for commands that only look: the files are read only for names without a container. */
export async function refuseUnknownServicesToLookAt(
  context: Context,
  client: Client | undefined,
  named: readonly string[],
): Promise<void> {
  if (named.length === 0) return;
  const known = await servicesWithContainers(client);
  if (named.every((name) => known.includes(name))) return;
  const { services = [] } = await findTarget(context);
  refuseUnknownServices(named, [...known, ...services]);
}

async function servicesWithContainers(client: Client | undefined): Promise<readonly string[]> {
  return (await client?.containers(true))?.map(({ Service }) => Service) ?? [];
}

/** Wrong values within a file matter only where they hide the names of the project and its services. */
function graveErrors({ services, nameIsExplicit, diagnostics }: Outline): readonly Diagnostic[] {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  if (!services && !nameIsExplicit) return errors;
  // An error without a place is one of the command line, such as a missing `--env-file`.
  return errors.filter(({ code, at }) => code === 'invalid-project-name' || (services && !at));
}
