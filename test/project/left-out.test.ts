import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { parseDocument, visit } from 'yaml';
import { originsOf } from '../../src/project/combine/origins.ts';
import { withoutBlanks } from '../../src/project/combine/without-zeros.ts';
import type { Loaded } from '../../src/project/load.ts';
import { printCanonical, printCommented } from '../../src/project/print.ts';
import type { Phase } from '../../src/project/read/documents.ts';
import { loadText } from './support.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const examples = below(join(root, 'examples'), 'compose.yaml').map((path) => relative(root, path));
const files = ['test/project/every-key.yaml', 'compose.example.yaml', ...examples];

for (const file of files) {
  const directory = dirname(join(root, file));
  const text = readFileSync(join(root, file), 'utf8');
  /** As if the text stood where the file does. */
  const load = (text: string, ...leaveOut: Phase[]): Loaded =>
    loadText(text, {
      cwd: '/',
      projectDirectory: directory,
      // What is included may have variables of its own, which the template cannot say.
      envFiles: file.startsWith('examples/') ? below(directory, '.env') : [],
      toRun: false,
      leaveOut: new Set(leaveOut),
    });
  const loaded = load(text);

  test(`${file}: what is printed without interpolation loads to what the file does`, (t) => {
    t.deepEqual(errorsOf(loaded), []);
    for (const template of [text, withVariables(text)]) {
      const raw = load(template, 'interpolation');
      t.deepEqual(errorsOf(raw), []);
      for (const format of ['yaml', 'json'] as const) {
        const printed = printCanonical(raw.canonical!, format, true);
        t.deepEqual(errorsOf(load(printed)), []);
        t.deepEqual(load(printed).canonical, loaded.canonical);
        t.is(printCanonical(load(printed, 'interpolation').canonical!, format, true), printed);
      }
    }
  });

  for (const phase of ['normalisation', 'consistency', 'path-resolution', 'env-resolution'] as const)
    test(`${file}: what is printed without ${phase} loads to what the file does`, (t) => {
      const left = load(text, phase);
      t.deepEqual(errorsOf(left), []);
      t.deepEqual(load(printCanonical(left.canonical!, 'yaml')).canonical, loaded.canonical);
    });

  test(`${file}: every value has one origin, and a comment that changes nothing`, (t) => {
    const { canonical, merged } = loaded;
    const origins = originsOf({ ...loaded, canonical: canonical!, merged: merged! });
    const paths = origins.map(({ path }) => JSON.stringify(path));
    t.deepEqual(paths, [...new Set(paths)]);
    for (const { path, value, at, variables } of origins) {
      t.deepEqual(
        path.reduce<unknown>((inner, step) => (inner as Record<string, unknown>)[step], canonical),
        value,
      );
      t.true(variables === undefined || at !== undefined);
      const written = at && loaded.sources.get(at.file);
      t.true(at === undefined || (written!.length >= at.end && at.start < at.end), paths.join());
    }
    const commented = printCommented(canonical!, false, () => 'from # somewhere: "here"');
    const printed = originsOf({ ...loaded, canonical: withoutBlanks(canonical!), merged: merged! });
    t.is(commented.split(' # from # somewhere: "here"\n').length - 1, printed.length);
    t.deepEqual(load(commented).canonical, canonical);
  });
}

function below(directory: string, name: string): string[] {
  const paths = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  return paths.filter((path) => basename(path) === name).map((path) => join(directory, path));
}

/** The same file with a variable in place of every value. */
function withVariables(text: string): string {
  const found: { readonly start: number; readonly end: number; readonly value: string }[] = [];
  visit(parseDocument(text, { merge: true }), {
    Scalar(key, { value, source = '', range, type, anchor }) {
      if (key === 'key' || anchor || !range || type?.startsWith('BLOCK') || source.includes('$')) return;
      // A short mount without a path before its colon is one of a named volume, as in Docker.
      if (source.includes(':/')) return;
      // As text, a number with a zero in front is octal where the number is not.
      if (value === null || (typeof value === 'number' && !/^[1-9]\d{0,2}$/.test(source))) return;
      found.push({ start: range[0], end: range[1], value: JSON.stringify(`\${UNSET:-${value}}`) });
    },
  });
  return found.reduceRight(
    (result, { start, end, value }) => result.slice(0, start) + value + result.slice(end),
    text,
  );
}

function errorsOf({ diagnostics }: Loaded): string[] {
  return diagnostics
    .filter(({ severity }) => severity === 'error')
    .map(({ message, at }) => `${message} ${at?.line}`);
}
