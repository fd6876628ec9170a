import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import test from 'ava';

/** What each layer may import; the text is for the reader of a failure. */
const LAYERS: Readonly<Record<string, { readonly may: readonly string[]; readonly else: string }>> = {
  base: { may: [], else: 'base knows nothing of the rest: move what it needs down, or the function up' },
  kernel: { may: ['base'], else: 'kernel never learns what a service is' },
  project: { may: ['base'], else: 'project reads files and knows neither containers nor this machine' },
  plan: { may: ['base', 'project'], else: 'plan compares data; the code that acts on it is in engine' },
  container: { may: ['base', 'project', 'kernel'], else: 'container describes calls and makes none' },
  images: {
    may: ['base', 'kernel'],
    else: 'images knows nothing of projects: its callers ask with a reference',
  },
  api: {
    may: ['base', 'project'],
    else: 'api is calls and events as data: it knows neither side of the socket',
  },
  engine: {
    may: ['base', 'project', 'kernel', 'plan', 'container', 'images', 'api'],
    else: 'engine emits events and never prints',
  },
  cli: {
    may: ['base', 'project', 'api', 'engine'],
    else: 'cli asks the engine; it touches neither kernel nor plans',
  },
};

/** Of engine, cli takes what explains, examines and starts a supervisor. */
const isDoor = (path: string): boolean => path.startsWith('engine/doors/');

/** The parts that read and write files; everything else is given what it needs. */
const TOUCH_FILES = [
  ...['kernel/', 'images/', 'engine/', 'project/read/', 'project/check/storage/host-paths.ts'],
  ...[
    'base/node/stack.ts',
    'cli/terminal/output-file.ts',
    'cli/terminal/lost-terminal.ts',
    'cli/show/docker-config.ts',
    'cli/actions/explain.ts',
  ],
];

/**
 * The folders of a layer from the bottom up; those of one line know nothing of each other, and files at a layer's top lie on
 * top of all. Types are free: the supervisor's context has those of all that it holds.
 */
const FOLDERS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  kernel: [
    ['netlink'],
    ['program'],
    ['arena', 'ffi'],
    ['launch'],
    ['copy', 'direct', 'native', 'reexec'],
    ['guardian', 'relay'],
  ],
  project: [['scalars'], ['tree'], ['model'], ['keys'], ['read'], ['check'], ['combine']],
  images: [
    ['model', 'codec', 'tar'],
    ['tree', 'erofs', 'registry'],
    ['root'],
    ['store'],
    ['directory', 'fetch', 'push', 'sources'],
    ['commit', 'save'],
  ],
  engine: [
    ['directories', 'context', 'failures', 'streams'],
    ['cgroups', 'devices', 'logs', 'trash'],
    ['record'],
    ['grants', 'images', 'namespaces', 'networks', 'restart'],
    ['etc', 'names', 'ports', 'volumes'],
    ['facts', 'doctor'],
    ['disk', 'exec', 'isolation'],
    ['health'],
    ['containers'],
    ['operations'],
    ['control'],
    ['supervisor'],
    ['doors'],
  ],
  cli: [
    ['show'],
    ['grammar'],
    ['completion', 'manual', 'selection', 'terminal'],
    ['report'],
    ['logs', 'requests'],
    ['attached'],
    ['actions'],
    ['commands'],
  ],
};

/** Of kernel, container takes the vocabulary of Programs and nothing that makes a call. */
const VOCABULARY = ['program/', 'netlink/', 'arena/heir.ts', 'cgroup.ts'];

type Import = { readonly from: string; readonly to: string; readonly isType: boolean };

const source = resolve(import.meta.dirname, '../src');

const importsOf = (path: string, text: string): readonly Import[] =>
  [...text.matchAll(/(import type [^;]*?from\s+|from\s+|import\s*\(?\s*)'([^']+)'/g)].map(
    ([, how = '', to = '']) => ({
      isType: how.startsWith('import type'),
      from: relative(source, path),
      to: to.startsWith('.') ? relative(source, join(dirname(path), to)) : to,
    }),
  );

const everyImport = (): readonly Import[] =>
  readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .flatMap((path) => importsOf(join(source, path), readFileSync(join(source, path), 'utf8')));

const layerOf = (path: string): string => path.split('/')[0] as string;

const isInTheWay = ({ from, to, isType }: Import): boolean => {
  const [layer = '', here, file] = from.split('/');
  const [, there, other] = to.split('/');
  const folders = FOLDERS[layer];
  if (!folders || isType || file === undefined || here === there) return false;
  const height = (folder: string | undefined) => folders.findIndex((line) => line.includes(folder!));
  return other === undefined || height(there) >= height(here);
};

const violation = ({ from, to, isType }: Import): string | undefined => {
  if (to === 'koffi')
    return from.startsWith('kernel/ffi/') ? undefined : `${from} → koffi: only kernel/ffi may`;
  if (to === 'node:fs' && from.includes('/') && !TOUCH_FILES.some((part) => from.startsWith(part)))
    return `${from} → node:fs: only ${TOUCH_FILES.join(', ')} may`;
  if (!to.endsWith('.ts') || !from.includes('/')) return undefined;
  const [here, there] = [layerOf(from), layerOf(to)];
  const rule = LAYERS[here];
  if (here !== there && !rule?.may.includes(there)) return `${from} → ${to}: ${rule?.else}`;
  if (here === 'cli' && there === 'engine' && !isDoor(to))
    return `${from} → ${to}: cli asks a supervisor through the api and never loads it`;
  if (here === there && isInTheWay({ from, to, isType }))
    return `${from} → ${to}: the folders of ${here} lie over each other as ${FOLDERS[here]!.flat().join(', ')}`;
  const isWord = VOCABULARY.some((part) => to.startsWith(`kernel/${part}`));
  if (here === 'container' && there === 'kernel' && !isWord) return `${from} → ${to}: ${rule?.else}`;
  return undefined;
};

test('imports go strictly downward', (t) => {
  t.deepEqual(
    everyImport().flatMap((found) => violation(found) ?? []),
    [],
  );
});

test('an import that goes upward is caught', (t) => {
  const upward = importsOf(
    join(source, 'plan/reconcile.ts'),
    "import { up } from '../engine/operations/up.ts';",
  );
  t.is(upward.flatMap((found) => violation(found) ?? []).length, 1);
  const calling = importsOf(
    join(source, 'container/root.ts'),
    "import { execute } from '../kernel/launch/execute.ts';",
  );
  t.is(calling.flatMap((found) => violation(found) ?? []).length, 1);
  const supervising = importsOf(
    join(source, 'cli/command-line.ts'),
    "import { adopt } from '../engine/supervisor/adopt.ts';",
  );
  t.is(supervising.flatMap((found) => violation(found) ?? []).length, 1);
  const reading = importsOf(join(source, 'plan/hash.ts'), "import { readFileSync } from 'node:fs';");
  t.is(reading.flatMap((found) => violation(found) ?? []).length, 1);
  const combining = importsOf(
    join(source, 'project/keys/value.ts'),
    "import { merge } from '../combine/merge.ts';",
  );
  t.is(combining.flatMap((found) => violation(found) ?? []).length, 1);
  const native = importsOf(join(source, 'engine/exec.ts'), "const koffi = await import('koffi');");
  t.is(native.flatMap((found) => violation(found) ?? []).length, 1);
});

test('no files load each other in a circle', (t) => {
  const graph = new Map<string, Import[]>();
  for (const found of everyImport().filter(({ to, isType }) => to.endsWith('.ts') && !isType))
    graph.set(found.from, [...(graph.get(found.from) ?? []), found]);
  const state = new Map<string, 'open' | 'done'>();
  const circles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (state.get(file) === 'open') circles.push([...path.slice(path.indexOf(file)), file].join(' → '));
    if (state.has(file)) return;
    state.set(file, 'open');
    for (const { to } of graph.get(file) ?? []) visit(to, [...path, file]);
    state.set(file, 'done');
  };
  for (const file of graph.keys()) visit(file, []);
  t.deepEqual(circles, []);
});
