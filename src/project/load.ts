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
import { assemble } from './combine/assemble.ts';
import { withoutResets } from './combine/merge.ts';
import { bare, normalise } from './combine/normalise.ts';
import { withOuterVariables } from './combine/outer-variables.ts';
import { type Profiled, type Wanted, withProfiles } from './combine/profiles.ts';
import { toProject } from './combine/to-project.ts';
import type { Canonical } from './model/canonical.ts';
import type { Places, Project } from './model/project.ts';
import { type Inputs, type LoadOptions, readInputs } from './read/inputs.ts';
import { type Origins, withServiceFiles } from './read/service-files.ts';
import { locations } from './tree/locations.ts';
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
  readonly fromFiles?: Origins;
  /** Services that nobody asked for, with their profiles. */
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
  const { directory, environment, files, name, reading } = inputs;
  const { wants } = reading;
  const assembled = assemble(inputs.documents, { directory, environment, including: files }, reading);
  if (!assembled) return result(inputs, options);
  const { variables } = environment;
  const merged = withoutResets(assembled, reading);
  // With variables in their place, nobody knows which profiles a service has.
  const { tree, inactive } = wants('interpolation')
    ? withProfiles(merged, wanted(options, variables), found)
    : { tree: merged, inactive: new Map() };
  const where = locations(tree, reading.extensions);
  addAll(found, notHonoured(tree));
  const normal = normalise(tree, name, wants('path-resolution') ? directory : '.');
  const shown = wants('normalisation') ? normal : bare(tree, name);
  const fromFiles: Origins = new Map();
  const canonical = wants('env-resolution')
    ? withServiceFiles(withOuterVariables(shown, variables), {
        directory,
        variables,
        at: where.at,
        texts: reading.texts,
        origins: fromFiles,
        diagnostics: found,
      })
    : shown;
  if (wants('consistency')) {
    const whole = wants('normalisation') ? canonical : normal;
    const checkable: Checked = { canonical: whole, inactive, ...where, isBroken: isBroken(reading.broken) };
    if (reading.unread.length === 0) addAll(found, check(checkable, { toRun: options.toRun ?? true }));
    if ((options.checkFiles ?? true) && wants('path-resolution')) addAll(found, checkFiles(checkable));
  }
  return result(inputs, options, { tree, canonical, fromFiles, inactive, places: where.of });
}

function wanted(
  { profiles = [], services = [] }: LoadOptions,
  variables: ReadonlyMap<string, string>,
): Wanted {
  return { profiles, variable: variables.get('COMPOSE_PROFILES'), named: services };
}

function isBroken(broken: readonly Path[]): Checked['isBroken'] {
  return (...path) =>
    broken.some((other) => other.every((step, index) => index >= path.length || step === path[index]));
}

type Model = {
  readonly tree: Tree;
  readonly canonical: Canonical;
  readonly fromFiles: Origins;
  readonly inactive: Profiled['inactive'];
  readonly places: Places;
};

function result(
  { directory, environment, files, nameIsExplicit, reading }: Inputs,
  { strict, leaveOut }: LoadOptions,
  model?: Model,
): Loaded {
  const { texts } = reading;
  const told = onlyOnce(withoutEchoes(reading.diagnostics)).map((each) => withOrigin(each, model?.places));
  const diagnostics = inOrder(underStrict(told, strict), [...files, ...texts.keys()]);
  const isGood = model && !diagnostics.some(isError);
  return {
    ...(isGood && {
      ...(!leaveOut?.size && {
        project: toProject(model.canonical, {
          workingDir: directory,
          files,
          inactive: [...model.inactive.keys()],
        }),
      }),
      canonical: model.canonical,
      merged: model.tree,
      fromFiles: model.fromFiles,
    }),
    inactive: model?.inactive ?? new Map(),
    variables: environment.variables,
    diagnostics,
    places: model?.places ?? (() => undefined),
    sources: texts,
    nameIsExplicit,
  };
}
