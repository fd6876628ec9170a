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
import { checkFiles } from './check/host-paths.ts';
import { notHonoured } from './check/not-honoured.ts';
import { check } from './check/whole-project.ts';
import { assembled } from './combine/assembled.ts';
import { type CanonicalForm, canonicalForm } from './combine/canonical-form.ts';
import { locations } from './combine/locations.ts';
import { type Profiled, withProfiles } from './combine/profiles.ts';
import { toProject } from './combine/to-project.ts';
import type { Canonical } from './model/canonical.ts';
import type { Places, Project } from './model/project.ts';
import { type Inputs, type LoadOptions, readInputs } from './read/inputs.ts';
import type { Path } from './tree/path.ts';
import type { Tree } from './tree/tree.ts';

export type { LoadOptions } from './read/inputs.ts';

export type Loaded = {
  /** Absent if there is an error, or if something was left out. */
  readonly project?: Project;
  /** What `config` prints; absent if there is an error. */
  readonly canonical?: Canonical;
  /** The files as one, each value with its place; absent if there is an error. */
  readonly merged?: Tree;
  /** The places of what comes from an `env_file` or a `label_file`. */
  readonly fromFiles?: CanonicalForm['fromFiles'];
  /** Services whose profiles are not active, with their profiles. */
  readonly inactive: Profiled['inactive'];
  /** What values of the files may refer to. */
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
  addAll(found, notHonoured(tree));
  const { shown, whole, fromFiles } = canonicalForm(tree, inputs, where, found);
  addAll(found, checkAll({ canonical: whole, inactive, ...where }, inputs, options));
  return loaded(inputs, options, { tree, canonical: shown, fromFiles, inactive, places: where.of });
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

/** What can only be asked of the whole project, and of the machine. */
function checkAll(
  project: Omit<Checked, 'isBroken'>,
  { reading }: Inputs,
  { toRun = true, checkFiles: looksAtFiles = true }: LoadOptions,
): Diagnostic[] {
  const { wants, broken, unread } = reading;
  if (!wants('consistency')) return [];
  const checked: Checked = { ...project, isBroken: isBelow(broken) };
  return [
    ...(unread.length === 0 ? check(checked, { toRun }) : []),
    ...(looksAtFiles && wants('path-resolution') ? checkFiles(checked) : []),
  ];
}

/** Whether something at or below a path was taken out. */
function isBelow(broken: readonly Path[]): Checked['isBroken'] {
  return (...path) =>
    broken.some((other) => other.every((step, index) => index >= path.length || step === path[index]));
}

type Model = {
  readonly tree: Tree;
  readonly canonical: Canonical;
  readonly fromFiles: CanonicalForm['fromFiles'];
  readonly inactive: Profiled['inactive'];
  readonly places: Places;
};

/** The result of loading, as far as the files are valid. */
function loaded(
  { directory, environment, files, nameIsExplicit, reading }: Inputs,
  { strict, leaveOut }: LoadOptions,
  model?: Model,
): Loaded {
  const { texts } = reading;
  const told = onlyOnce(withoutEchoes(reading.diagnostics)).map((each) => withOrigin(each, model?.places));
  const diagnostics = inOrder(underStrict(told, strict), [...files, ...texts.keys()]);
  const inactive: Profiled['inactive'] = model?.inactive ?? new Map();
  const origin = { workingDir: directory, files, inactive: [...inactive.keys()] };
  const isGood = model && !diagnostics.some(isError);
  return {
    ...(isGood && {
      ...(!leaveOut?.size && { project: toProject(model.canonical, origin) }),
      canonical: model.canonical,
      merged: model.tree,
      fromFiles: model.fromFiles,
    }),
    inactive,
    variables: environment.variables,
    diagnostics,
    places: model?.places ?? (() => undefined),
    sources: texts,
    nameIsExplicit,
  };
}
