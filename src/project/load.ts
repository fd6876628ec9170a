import type { Diagnostic } from '../base/diagnostic.ts';
import type { Checked } from './check/checked.ts';
import {
  addAll,
  inOrder,
  isError,
  onlyOnce,
  underStrict,
  withOrigin,
  withoutEchoes,
} from './check/diagnostic-list.ts';
import { notHonoured } from './check/not-honoured.ts';
import { onlyServices } from './check/project-selection.ts';
import { type SeccompProfiles, seccompProfiles } from './check/security/seccomp-profiles.ts';
import { checkFiles } from './check/storage/host-paths.ts';
import { withUnsetCauses } from './check/unset-causes.ts';
import { check, checkValues, isRunnable, withOnly } from './check/whole-project.ts';
import { assembled } from './combine/assembled.ts';
import { type CanonicalForm, canonicalForm } from './combine/canonical-form.ts';
import { locations } from './combine/locations.ts';
import { type Profiled, withoutServices, withProfiles } from './combine/profiles.ts';
import { toProject } from './combine/to-project.ts';
import type { Canonical } from './model/canonical.ts';
import type { Grant, Places, Project } from './model/project.ts';
import { scaled } from './model/replicas.ts';
import type { Phase } from './read/documents.ts';
import { type Inputs, type LoadOptions, readInputs } from './read/inputs.ts';
import type { Path } from './tree/path.ts';
import type { Tree } from './tree/tree.ts';

export type { LoadOptions } from './read/inputs.ts';

export type Loaded = {
  /** Absent if there is an error, or if something but the files of services was left out. */
  readonly project?: Project;
  /** The output of `config`; absent if there is an error. */
  readonly canonical?: Canonical;
  /** The files as one, each value with its place; absent if there is an error. */
  readonly merged?: Tree;
  /** The places of what comes from an `env_file` or a `label_file`. */
  readonly fromFiles?: CanonicalForm['fromFiles'];
  /** Services whose profiles are not active, with their profiles. */
  readonly inactive: Profiled['inactive'];
  /** The content of a config or secret, unless it is in a file; absent if there is an error. */
  readonly contentOf?: (grant: Grant) => string | undefined;
  /** The names that values of the files may refer to. */
  readonly variables: ReadonlyMap<string, string>;
  /** Everything that is wrong in any of the files, by file and place. */
  readonly diagnostics: readonly Diagnostic[];
  readonly places: Places;
  /** The text of every file that was read, by its name in places. */
  readonly sources: ReadonlyMap<string, string>;
  /** Whether the name was given by `-p` or COMPOSE_PROJECT_NAME. */
  readonly nameIsExplicit: boolean;
};

/** Reads Compose files into a checked project. Bad input never throws: it becomes diagnostics. */
export function loadProject(options: LoadOptions): Loaded {
  const found: Diagnostic[] = [];
  const inputs = readInputs(options, found);
  const merged = assembled(inputs);
  if (!merged) return loaded(inputs, options);
  const { tree, inactive } = withoutInactive(merged, inputs, options, found);
  const where = locations(tree, inputs.reading.extensions);
  const { services = [], noDeps } = options;
  const form = canonicalForm(tree, inputs, where, { services, noDeps }, found);
  const { shown, whole, fromFiles, selected } = form;
  const profiles = seccompProfiles(whole, { ...inputs, at: where.at });
  const others = Object.keys(whole.services).filter((name) => !selected.has(name));
  const checked = {
    canonical: whole,
    inactive,
    isBroken: isBelow(inputs.reading.broken),
    scale: options.scale ?? new Map(),
    variablesOf: variablesIn(inputs),
    ...where,
  };
  addAll(found, notHonoured(withoutServices(tree, others)));
  addAll(found, checkAll(checked, selected, inputs, options));
  if (options.toRun !== false) for (const name of selected) addAll(found, profiles.problems.get(name) ?? []);
  const unfit = others.filter(
    (name) =>
      form.elsewhere.get(name)?.some(isError) ||
      profiles.problems.has(name) ||
      !isFit(checked, name, options),
  );
  return loaded(inputs, options, {
    tree,
    canonical: shown,
    fromFiles,
    inactive,
    unfit,
    profiles: profiles.found,
    places: where.of,
    contentOf: contentIn(checked),
  });
}

/** Without the services of inactive profiles. With variables in profiles, all services stay. */
function withoutInactive(
  tree: Tree,
  { environment, reading }: Inputs,
  { profiles = [], services = [] }: LoadOptions,
  found: Diagnostic[],
): Profiled {
  if (!reading.wants('interpolation')) return { tree, inactive: new Map() };
  const variable = environment.variables.get('COMPOSE_PROFILES');
  return withProfiles(tree, { profiles, variable, named: services }, found);
}

/** Questions about the whole project, and about the machine. */
function checkAll(
  project: Checked,
  selected: ReadonlySet<string>,
  { reading: { wants, unread } }: Inputs,
  { toRun = true, checkFiles: looksAtFiles = true, hasVolume }: LoadOptions,
): Diagnostic[] {
  // The values of variables are not known yet.
  if (!wants('interpolation')) return [];
  const ofValues = unread.length === 0 ? checkValues(project) : [];
  if (!wants('consistency')) return ofValues;
  return [
    ...ofValues,
    ...(unread.length === 0 ? check(project, { toRun, selected }) : []),
    ...(looksAtFiles && wants('path-resolution') ? checkFiles(withOnly(project, selected), hasVolume) : []),
  ];
}

/** Whether a service that was not asked for could run here as well. */
function isFit(
  project: Checked,
  service: string,
  { toRun = true, checkFiles: looksAtFiles = true, hasVolume }: LoadOptions,
): boolean {
  const { canonical } = project;
  const alone = {
    ...project,
    canonical: { ...canonical, services: { [service]: canonical.services[service]! } },
  };
  return (!toRun || isRunnable(alone)) && (!looksAtFiles || !checkFiles(alone, hasVolume).some(isError));
}

/** Reads the contents from the files and their variables; the model does not have them. */
function contentIn({ canonical, at, variablesOf }: Checked): Model['contentOf'] {
  return ({ kind, key, source }) => {
    if (source.kind === 'file') return undefined;
    if (source.kind === 'content') return canonical[`${kind}s`]?.[key]?.content ?? '';
    return variablesOf(at(`${kind}s`, key, 'environment').file).get(source.variable);
  };
}

function variablesIn({ environment, reading }: Inputs): Checked['variablesOf'] {
  return (file) => reading.variables.get(file) ?? environment.variables;
}

/** Whether something at or below a path was taken out. */
function isBelow(broken: readonly Path[]): Checked['isBroken'] {
  return (...path) =>
    broken.some((other) => other.every((step, index) => index >= path.length || step === path[index]));
}

/** Without the files of services, a project can still be hashed. */
const isOptional = (phase: Phase): boolean => phase === 'env-resolution';

type Model = {
  readonly tree: Tree;
  readonly canonical: Canonical;
  readonly fromFiles: CanonicalForm['fromFiles'];
  readonly inactive: Profiled['inactive'];
  /** Services that were not asked for and could not run. */
  readonly unfit: readonly string[];
  readonly profiles: SeccompProfiles['found'];
  readonly places: Places;
  readonly contentOf: NonNullable<Loaded['contentOf']>;
};

/** The result of loading, as far as the files are valid. */
function loaded(
  { directory, environment, files, nameIsExplicit, reading }: Inputs,
  { strict, leaveOut, scale = new Map() }: LoadOptions,
  model?: Model,
): Loaded {
  const { texts } = reading;
  const causes = withUnsetCauses(withoutEchoes(reading.diagnostics), texts);
  const told = onlyOnce(causes).map((each) => withOrigin(each, model?.places));
  const diagnostics = inOrder(underStrict(told, strict), [...files, ...texts.keys()]);
  const inactive: Profiled['inactive'] = model?.inactive ?? new Map();
  const isGood = model && !diagnostics.some(isError);
  return {
    ...(isGood && {
      ...([...(leaveOut ?? [])].every(isOptional) && {
        project: scaled(
          projectOf(model, {
            workingDir: directory,
            files,
            ...(environment.files.length > 0 && {
              environmentFiles: environment.files.map(({ file }) => file),
            }),
          }),
          scale,
        ),
      }),
      canonical: model.canonical,
      merged: model.tree,
      fromFiles: model.fromFiles,
      contentOf: model.contentOf,
    }),
    inactive,
    variables: environment.variables,
    diagnostics,
    places: model?.places ?? (() => undefined),
    sources: texts,
    nameIsExplicit,
  };
}

/** The project without the services that could not run; for its containers, they are inactive ones. */
function projectOf(
  { canonical, inactive, unfit, profiles }: Model,
  origin: Pick<Project, 'workingDir' | 'files' | 'environmentFiles'>,
): Project {
  const absent = new Set(unfit);
  const fit = Object.keys(canonical.services).filter((name) => !absent.has(name));
  const fitting = onlyServices(canonical, new Set(fit));
  return toProject(fitting, { ...origin, inactive: [...inactive.keys(), ...unfit] }, profiles);
}
