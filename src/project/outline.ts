import type { Diagnostic } from '../base/diagnostic.ts';
import { findCycles } from '../base/graph.ts';
import { assembled } from './combine/assembled.ts';
import { normalise } from './combine/normalise.ts';
import { textOf } from './keys/merge-rules.ts';
import { toDependency } from './keys/service/depends_on.ts';
import type { Dependency } from './model/project.ts';
import type { Reading } from './read/documents.ts';
import { type Inputs, type LoadOptions, readInputs } from './read/inputs.ts';
import { child, type Tree } from './tree/tree.ts';

/** The part of a project that commands on existing containers need. */
export type Outline = Pick<Inputs, 'name' | 'nameIsExplicit' | 'directory'> & {
  /** Those of all profiles; undefined if a file could not be read or parsed. */
  readonly services: readonly string[] | undefined;
  /** Keys of the volumes that belong to the project; undefined like the services. */
  readonly volumes: readonly string[] | undefined;
  /** Their names on this machine. */
  readonly volumeNames: readonly string[] | undefined;
  /** Those that services run on, by the name that is written or that a build gives; undefined like the services. */
  readonly images: readonly ServiceImage[] | undefined;
  /** The dependencies of each service, without faulty services; undefined if that gives no order. */
  readonly dependencies: () => ServiceDependencies | undefined;
  readonly variables: ReadonlyMap<string, string>;
  /** Everything that was noticed on the way; wrong values do not change the outline. */
  readonly diagnostics: readonly Diagnostic[];
};

/** By the name of the service, by the name of the dependency. */
export type ServiceDependencies = Readonly<Record<string, Readonly<Record<string, Dependency>>>>;

export type ServiceImage = {
  readonly service: string;
  readonly name: string;
  /** The files give no name, so a build names it after the project and the service. */
  readonly isNamedByBuild: boolean;
};

/** Reads the files for their names only: a service that cannot run can still be stopped. */
export function outlineProject(options: LoadOptions): Outline {
  const diagnostics: Diagnostic[] = [];
  const inputs = readInputs({ ...options, leaveOut: new Set(['ports']) }, diagnostics);
  const { name, nameIsExplicit, directory, environment, reading } = inputs;
  const tree = assembled(inputs);
  const isWhole = tree !== undefined && reading.unread.length === 0;
  return {
    name,
    nameIsExplicit,
    directory,
    services: isWhole ? serviceNames(tree, reading) : undefined,
    volumes: isWhole ? ownVolumes(tree).map(({ key }) => key) : undefined,
    volumeNames: isWhole ? ownVolumes(tree).map(({ key, given }) => given || `${name}_${key}`) : undefined,
    images: isWhole ? serviceImages(tree, name) : undefined,
    dependencies: () => (isWhole ? dependenciesIn(tree, inputs) : undefined),
    variables: environment.variables,
    diagnostics,
  };
}

/** Those that the file implies, such as of `links`, as well; undefined if they have no order. */
function dependenciesIn(tree: Tree, { name, directory, reading }: Inputs): ServiceDependencies | undefined {
  const { services } = normalise(tree, { name, directory, isConsistent: true, isTemplate: false });
  const broken = new Set(reading.broken.map(([top, service]) => top === 'services' && service));
  const entries = Object.entries(services).flatMap(([service, { depends_on: all = {} }]) => {
    const present = Object.entries(all).filter(([other]) => Object.hasOwn(services, other));
    if (broken.has(service) || present.some(([, { condition }]) => condition === undefined)) return [];
    return [
      [service, Object.fromEntries(present.map(([other, one]) => [other, toDependency(one)]))] as const,
    ];
  });
  const graph = new Map(entries.map(([service, all]) => [service, Object.keys(all)]));
  return findCycles(graph).length > 0 ? undefined : Object.fromEntries(entries);
}

/** Services that were taken out because something is wrong with them are services of the file as well. */
function serviceNames(tree: Tree, { broken }: Reading): readonly string[] {
  const services = child(tree, 'services');
  const valid = services?.kind === 'mapping' ? [...services.entries.keys()] : [];
  const invalid = broken.flatMap(([top, name]) =>
    top === 'services' && name !== undefined ? [`${name}`] : [],
  );
  return [...new Set([...valid, ...invalid])];
}

/** Beside a root of its own, the image of a service is only a name. */
function serviceImages(tree: Tree, project: string): readonly ServiceImage[] {
  const services = child(tree, 'services');
  if (services?.kind !== 'mapping') return [];
  return [...services.entries].flatMap(([service, { value }]) => {
    if (isSet(child(value, 'rootfs'))) return [];
    const written = textIfSet(child(value, 'image'));
    if (written === '' && !isSet(child(value, 'build'))) return [];
    return [{ service, name: written || `${project}-${service}`, isNamedByBuild: written === '' }];
  });
}

/** A volume with a wrong value is not among them: it may be an external one. */
function ownVolumes(tree: Tree): readonly { readonly key: string; readonly given: string }[] {
  const volumes = child(tree, 'volumes');
  if (volumes?.kind !== 'mapping') return [];
  return [...volumes.entries].flatMap(([key, { value }]) =>
    isSet(child(value, 'external')) ? [] : [{ key, given: textIfSet(child(value, 'name')) }],
  );
}

function textIfSet(tree: Tree | undefined): string {
  return isSet(tree) ? textOf(tree) : '';
}

function isSet(tree: Tree | undefined): boolean {
  return tree !== undefined && !(tree.kind === 'scalar' && (tree.value === false || tree.value === null));
}
