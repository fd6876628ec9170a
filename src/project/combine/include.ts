import { dirname, posix } from 'node:path';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { withDefaults } from '../keys/parts/with-defaults.ts';
import { type Reading, readDocuments, type SourceDocument } from '../read/documents.ts';
import { defaultFile, type Environment, withFiles } from '../read/environment.ts';
import { isRemote } from '../scalars/remote.ts';
import { child, isNull, placeOf, type ScalarTree, scalar, type Tree, withEntries } from '../tree/tree.ts';
import { quote } from '../tree/wording.ts';
import { merge, withoutResets } from './merge.ts';

/** The place of the files of one model, and their variables. */
export type Surroundings = {
  /** Absolute directory that relative paths resolve against. */
  readonly directory: string;
  readonly environment: Environment;
  /** Files that are being read, each including the next. */
  readonly including: readonly string[];
};

type Assemble = (
  documents: readonly SourceDocument[],
  surroundings: Surroundings,
  reading: Reading,
) => Tree | undefined;

/** Lays a file over the models that it includes, each of which stands in a directory and knows variables of its own. */
export function withIncluded(
  tree: Tree,
  surroundings: Surroundings,
  reading: Reading,
  assemble: Assemble,
): Tree {
  const items = child(tree, 'include');
  if (tree.kind !== 'mapping' || !items) return tree;
  const models = (items.kind === 'sequence' ? items.items : []).flatMap(
    (item) => includedModel(item, surroundings, reading, assemble) ?? [],
  );
  const own = withEntries(tree, { include: undefined });
  // The first included file has the last word.
  const [first, ...others] = [...models.toReversed(), own];
  const whole = others.reduce((below, model) => merge(below, model, reading), first!);
  return { ...whole, span: tree.span };
}

function includedModel(
  item: Tree,
  { environment, including }: Surroundings,
  reading: Reading,
  assemble: Assemble,
): Tree | undefined {
  const paths = scalarsOf(child(item, 'path'));
  const files = paths.map(({ value }) => String(value));
  const problem = paths.map((path) => refusal(path, including)).find((found) => found !== undefined);
  if (problem || !files[0]) {
    if (problem) reading.diagnostics.push(problem);
    return undefined;
  }
  const directory = String(scalarsOf(child(item, 'project_directory'))[0]?.value ?? dirname(files[0]));
  const known = withFiles(environment, environmentFiles(item, environment, directory), reading);
  const key = JSON.stringify([files, directory, known.files.map(({ file }) => file)]);
  if (!reading.included.has(key)) {
    const documents = paths.flatMap((path) => {
      const at = placeOf(path.span);
      return readDocuments(String(path.value), reading, { via: { text: 'included here', at }, named: at });
    });
    const inner = { directory, environment: known, including };
    const model = assemble(documents, inner, reading);
    reading.included.set(key, model && completed(model, inner, environment, reading));
  }
  return reading.included.get(key);
}

/** The files that an item names, or the `.env` of its directory. */
function environmentFiles(item: Tree, environment: Environment, directory: string) {
  const named = child(item, 'env_file');
  if (!named) return defaultFile(environment, directory);
  return scalarsOf(named).map((path) => {
    const file = String(path.value);
    return { file, shown: file, required: true, at: placeOf(path.span) };
  });
}

function refusal({ value, span }: ScalarTree, including: readonly string[]): Diagnostic | undefined {
  const file = String(value);
  const start = including.indexOf(file);
  if (start >= 0) {
    const circle = [...including.slice(start), file].join(' → ');
    const message = `files include each other in a circle: ${circle}`;
    const help = 'remove this, or move the common part to a third file';
    return { severity: 'error', code: 'include-cycle', message, at: placeOf(span), help };
  }
  if (!isRemote(file)) return undefined;
  const message = `${quote(file)} is not on this machine`;
  const help = 'copy it here, and name the copy';
  const label = 'remote files are not fetched';
  return { severity: 'error', code: 'no-file', message, at: placeOf(span), label, help };
}

/** A model as the including file gets it: with what only its own surroundings say. */
function completed(
  model: Tree,
  { directory, environment: own }: Surroundings,
  outer: Environment,
  reading: Reading,
): Tree {
  const parts = importable(withoutResets(model, reading));
  const { unresolved } = reading;
  const context = unresolved === undefined ? directory : posix.relative(unresolved, directory) || '.';
  return withOwnVariables(withOwnContexts(parts, context), own, outer);
}

/** The parts of a model that an including file gets. */
function importable(model: Tree): Tree {
  if (model.kind !== 'mapping') return model;
  const kept = [...model.entries].filter(([key, { value }]) => imported.has(key) && !isNull(value));
  return { ...model, entries: new Map(kept) };
}

const imported: ReadonlySet<string> = new Set([
  'services',
  'networks',
  'volumes',
  'secrets',
  'configs',
  'models',
]);

/** A build finds its files in the directory of the model, unless it says where. */
function withOwnContexts(model: Tree, context: string): Tree {
  return at(model, ['services', '*', 'build'], (build) =>
    build.kind === 'mapping' ? withDefaults(build, { context }) : build,
  );
}

/** Gives variables without a value that of the model's own files; the rest is for the whole project to say. */
function withOwnVariables(model: Tree, own: Environment, outer: Environment): Tree {
  if (own === outer || model.kind !== 'mapping') return model;
  const fill = (tree: Tree): Tree => {
    if (tree.kind !== 'mapping') return tree;
    const entries = [...tree.entries].map(([key, entry]) => {
      const value = isNull(entry.value) ? own.variables.get(key) : undefined;
      return [
        key,
        value === undefined ? entry : { ...entry, value: scalar(value, entry.value.span) },
      ] as const;
    });
    return { ...tree, entries: new Map(entries) };
  };
  return at(model, ['services', '*', 'environment'], fill);
}

/** Changes the values at a path, where `*` stands for every key. */
function at(tree: Tree, [step, ...rest]: readonly string[], change: (tree: Tree) => Tree): Tree {
  if (step === undefined) return change(tree);
  if (tree.kind !== 'mapping') return tree;
  const entries = [...tree.entries].map(([key, entry]) => {
    const value = step === '*' || step === key ? at(entry.value, rest, change) : entry.value;
    return [key, value === entry.value ? entry : { ...entry, value }] as const;
  });
  return { ...tree, entries: new Map(entries) };
}

function scalarsOf(tree: Tree | undefined): ScalarTree[] {
  if (tree?.kind === 'sequence') return tree.items.flatMap(scalarsOf);
  return tree?.kind === 'scalar' && !isNull(tree) ? [tree] : [];
}
