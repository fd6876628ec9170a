import type { Diagnostic } from '../base/diagnostic.ts';
import { canonical } from './canonical.ts';
import { check } from './check.ts';
import { checkFiles } from './check-files.ts';
import type { Checked } from './checks/check.ts';
import { inOrder, isError, underStrict, withoutEchoes } from './diagnostics.ts';
import { withEnvFiles } from './env-files.ts';
import { fromYaml } from './from-yaml.ts';
import { type Inputs, type LoadOptions, readInputs } from './inputs.ts';
import { merge, withoutResets } from './merge.ts';
import type { Canonical } from './model/canonical.ts';
import type { Places, Project } from './model/project.ts';
import { normalise } from './normalise.ts';
import { notHonoured } from './not-honoured.ts';
import type { Path } from './path.ts';
import { placeOfKey, placesOf, spanAt } from './places.ts';
import { type Profiled, type Wanted, withProfiles } from './profiles.ts';
import { toProject } from './to-project.ts';
import { placeOf, type Tree } from './tree.ts';
import { validate } from './validate.ts';
import { interpolator } from './variables.ts';

export type { LoadOptions } from './inputs.ts';

export type Loaded = {
  /** Absent if there is an error. */
  readonly project?: Project;
  /** What `config` prints; absent if there is an error. */
  readonly canonical?: Canonical;
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
  const written = interpolatedTrees(inputs, found);
  const valid = written.map((tree) => validate(tree, found));
  const long = valid.map(({ tree }) => canonical(tree, longFormContext(inputs, found)));
  const [first, ...others] = long;
  if (!first) return result(inputs, found, options);
  const whole = withoutResets(others.reduce((below, file) => merge(below, file, found), first));
  const { variables } = inputs.environment;
  const { tree: merged, inactive } = withProfiles(whole, wanted(options, variables), found);
  found.push(...notHonoured(merged));
  const texts = new Map(inputs.texts);
  const plain = withEnvFiles(normalise(merged, inputs.name, { directory: inputs.directory, variables }), {
    variables,
    at: (service, index) => placeOf(spanAt(merged, ['services', service, 'env_file', index])),
    texts,
    diagnostics: found,
  });
  const broken = valid.flatMap((file) => file.broken);
  if (inputs.isComplete)
    found.push(...check(checkable(plain, merged, broken, inactive), { toRun: options.toRun ?? true }));
  if (options.checkFiles ?? true) found.push(...checkFiles(checkable(plain, merged, broken, inactive)));
  return result({ ...inputs, texts }, found, options, { merged, plain, inactive });
}

function interpolatedTrees({ documents, environment }: Inputs, diagnostics: Diagnostic[]): Tree[] {
  const interpolate = interpolator(environment, diagnostics);
  return documents.flatMap(
    ({ document, source }) => fromYaml(document, source, interpolate, diagnostics) ?? [],
  );
}

function longFormContext({ directory, environment }: Inputs, diagnostics: Diagnostic[]) {
  return { directory, home: environment.variables.get('HOME'), diagnostics };
}

function wanted(
  { profiles = [], services = [] }: LoadOptions,
  variables: ReadonlyMap<string, string>,
): Wanted {
  return { profiles, variable: variables.get('COMPOSE_PROFILES'), named: services };
}

function checkable(
  canonical: Canonical,
  merged: Tree,
  broken: readonly Path[],
  inactive: Profiled['inactive'],
): Checked {
  return {
    canonical,
    inactive,
    at: (...path) => placeOf(spanAt(merged, path)),
    atKey: (...path) => placeOfKey(merged, path),
    isBroken: (...path) =>
      broken.some((other) => other.every((step, index) => index >= path.length || step === path[index])),
  };
}

function result(
  inputs: Inputs,
  found: readonly Diagnostic[],
  { strict }: LoadOptions,
  model?: { readonly merged: Tree; readonly plain: Canonical; readonly inactive: Profiled['inactive'] },
): Loaded {
  const diagnostics = inOrder(underStrict(withoutEchoes(found), strict), inputs.files);
  const isGood = model && !diagnostics.some(isError);
  return {
    ...(isGood && {
      project: toProject(model.plain, {
        workingDir: inputs.directory,
        files: inputs.files,
        inactive: [...model.inactive.keys()],
      }),
      canonical: model.plain,
    }),
    diagnostics,
    places: model ? placesOf(model.merged) : () => undefined,
    sources: inputs.texts,
    nameIsExplicit: inputs.nameIsExplicit,
  };
}
