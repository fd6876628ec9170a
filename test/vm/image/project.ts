import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { compiled, programsInC } from '../../scenarios/harness/compiled.ts';
import type { Architecture } from '../architectures.ts';
import { npmPackage, unpackNpm } from '../download/npm.ts';
import type { SuitePlan } from '../guest/suite.ts';
import type { Damage } from '../outcome.ts';
import { diskImage } from './disk.ts';
import { bundlePart } from './part.ts';

const repository = resolve(import.meta.dirname, '../../..');

/** A disk of the built program, the tests as JavaScript, and the packages that both use; returns its file. */
export async function projectImage(
  directory: string,
  architecture: Architecture,
  plan: SuitePlan,
  damage?: Damage,
): Promise<string> {
  const root = join(directory, 'project');
  mkdirSync(root, { recursive: true });
  await compileTo(root);
  for (const [index, { files }] of plan.parts.entries()) await bundlePart(root, files, index);
  for (const name of ['dist', 'examples', 'schema', 'test', ...FILES])
    cpSync(join(repository, name), join(root, name), {
      recursive: true,
      filter: (path) => !path.endsWith('.ts'),
    });
  writeFileSync(join(root, 'package.json'), packageJson());
  writeFileSync(join(root, 'suite.json'), JSON.stringify(plan));
  copyPackages(join(root, 'node_modules'), architecture);
  if (architecture === process.arch) copyCompiled(root);
  if (damage) applyDamage(join(root, 'dist'), damage);
  const image = join(directory, 'project.img');
  diskImage(root, image, { megabytes: 400 });
  rmSync(root, { recursive: true });
  return image;
}

/** On the machine itself a start of the compiler for every test file would cost more than the tests. */
async function compileTo(root: string): Promise<void> {
  const files = ['src', 'schema', 'test'].flatMap((directory) =>
    readdirSync(join(repository, directory), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(directory, name)),
  );
  await build({
    absWorkingDir: repository,
    entryPoints: files,
    outdir: root,
    outbase: '.',
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    logLevel: 'warning',
    bundle: true,
    plugins: [asModules],
  });
}

/** Every file stays a module of its own, which imports JavaScript. */
const asModules: Plugin = {
  name: 'as-modules',
  setup: ({ onResolve }) =>
    onResolve({ filter: /.*/ }, ({ kind, path }) =>
      kind === 'entry-point'
        ? undefined
        : { path: path.replace(/^(\.{1,2}\/.*)\.ts$/, '$1.js'), external: true },
    ),
};

const FILES = ['compose.example.yaml', 'README.md', 'CHANGELOG.md', 'LICENSE', 'package-lock.json'];

const readJson = (name: string) => JSON.parse(readFileSync(join(repository, name), 'utf8'));

/** ava finds JavaScript there and no TypeScript. */
function packageJson(): string {
  const { ava, ...rest } = readJson('package.json');
  const { extensions: _, nodeArguments: __, files, ...choices } = ava;
  const compiled = files.map((pattern: string) => pattern.replace(/\.ts$/, '.js'));
  return JSON.stringify({ ...rest, ava: { ...choices, files: compiled } });
}

function copyPackages(to: string, architecture: Architecture): void {
  const from = join(repository, 'node_modules');
  for (const name of readdirSync(from))
    if (!UNUSED.includes(name))
      cpSync(join(from, name), join(to, name), { recursive: true, verbatimSymlinks: true });
  const native = `@koromix/koffi-linux-${architecture}`;
  rmSync(join(to, '@koromix'), { recursive: true });
  mkdirSync(join(to, native), { recursive: true });
  const { version } = readJson('package-lock.json').packages[`node_modules/${native}`];
  unpackNpm(npmPackage(native, version), join(to, native));
}

/** Compiled on the host: the emulated compiler takes longer than the tests. */
function copyCompiled(root: string): void {
  for (const program of programsInC().map(compiled)) {
    const to = join(root, relative(repository, program));
    mkdirSync(dirname(to), { recursive: true });
    copyFileSync(program, to);
  }
}

/** Packages of programs that only the host runs. */
const UNUSED = ['.bin', '.cache', '@biomejs', '@esbuild', 'esbuild', 'tsx', 'typescript'];

function applyDamage(dist: string, { from, to }: Damage): void {
  let count = 0;
  for (const name of readdirSync(dist).filter((file) => file.endsWith('.js'))) {
    const text = readFileSync(join(dist, name), 'utf8');
    count += text.split(from).length - 1;
    writeFileSync(join(dist, name), text.replaceAll(from, to));
  }
  if (count === 0) throw new Error(`dist has no ${from} that could be broken`);
}
