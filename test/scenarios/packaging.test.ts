import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { tscomposePath } from './harness/cli.ts';
import { copyRepository } from './harness/repository.ts';
import { scenario, whenNightly } from './harness/scenario.ts';
import { stays } from './harness/yaml.ts';

// It builds anew and asks a registry. Otherwise: the list below, and any-machine.test.ts runs a package of dist alone.
whenNightly()('npm pack, installed into an empty prefix, is a tscompose that works', async (t, project) => {
  // npm pack builds anew, which must not take dist away from other scenarios.
  const repository = project.path('repository');
  copyRepository(repository);
  const npm = async (...words: readonly string[]) => {
    const { code, stdout, stderr } = await project.launch('npm', words, {
      cwd: repository,
      // For the registry.
      env: { NODE_EXTRA_CA_CERTS: process.env.NODE_EXTRA_CA_CERTS },
      timeout: 110_000,
    }).ended;
    if (code !== 0) throw new Error(stdout + stderr);
    return stdout;
  };
  const [packed] = JSON.parse(await npm('pack', '--json', '--pack-destination', project.directory)) as [
    Packed,
  ];
  isComplete(t, packed);
  const prefix = project.path('prefix');
  mkdirSync(prefix);
  await npm(
    'install',
    '-g',
    '--prefix',
    prefix,
    '--prefer-offline',
    // A registry that hangs is asked again while there is time.
    '--fetch-timeout=15000',
    '--fetch-retries=4',
    '--fetch-retry-mintimeout=500',
    '--no-audit',
    '--no-fund',
    project.path(packed.filename),
  );
  const installed = (...words: readonly string[]) =>
    project.launch(project.path('prefix/bin/tscompose'), words).ended;
  t.regex(readFileSync(project.path('prefix/share/man/man1/tscompose.1'), 'utf8'), /^\.Nm tscompose$/m);
  project.compose(`services:\n  web: { ${stays()} }\n`);
  const up = await installed('up', '-d');
  t.is(up.code, 0, up.stderr);
  t.regex((await installed('ps')).stdout, /web .*Up/);
  t.is((await installed('exec', '-T', 'web', 'cat', '/proc/1/comm')).stdout, 'sh\n');
  t.is((await installed('down', '-t', '0')).code, 0);
});

type Packed = { readonly filename: string; readonly files: readonly { readonly path: string }[] };

const isComplete = (t: ExecutionContext, { files }: Packed): void => {
  const paths = files.map(({ path }) => path);
  for (const name of [
    'tscompose.js',
    'program.js',
    'program.js.map',
    'supervisor.js',
    'supervisor.js.map',
    'tscompose.1',
    'completion/tscompose',
    'completion/_tscompose',
    'guardian-x64',
    'guardian-arm64',
  ])
    t.true(paths.includes(`dist/${name}`), name);
  t.deepEqual(
    paths.filter((path) => /^(src|test|node_modules)\//.test(path)),
    [],
  );
};

test('the package has what was built, and nothing else of the repository', (t) => {
  const words = ['pack', '--dry-run', '--ignore-scripts', '--json'];
  const cwd = resolve(import.meta.dirname, '../..');
  isComplete(t, JSON.parse(execFileSync('npm', words, { cwd, encoding: 'utf8' }))[0]);
});

scenario('a bug is reported with the lines of its sources', async (t, project) => {
  mkdirSync(project.path('trapped'));
  writeFileSync(project.path('trapped/compose.yaml'), 'services: {}\n');
  const trap =
    "const p = require('path'); const { basename } = p; p.basename = (path) => { if (path.endsWith('/trapped')) throw new TypeError('oops'); return basename(path); };";
  writeFileSync(project.path('trap.cjs'), trap);
  const { code, stderr } = await project.launch(process.execPath, [
    '-r',
    project.path('trap.cjs'),
    '--',
    tscomposePath,
    '-f',
    project.path('trapped/compose.yaml'),
    'config',
  ]).ended;
  t.is(code, 1);
  t.regex(stderr, /^bug: .*\nTypeError: oops\n(.*\n)* +at .*\bsrc\/project\/read\/project-name\.ts:\d+:\d+/m);
});

scenario('called through a link from anywhere it finds its parts', async (t, project) => {
  const link = project.path('tsc-link');
  symlinkSync(tscomposePath, link);
  project.compose('services:\n  web: { command: [echo, works] }\n');
  const words = ['-f', project.path('compose.yaml'), 'run', '--rm', 'web'];
  const { stdout, stderr } = await project.launch(process.execPath, ['--', link, ...words], { cwd: '/' })
    .ended;
  t.is(stdout, 'works\n', stderr);
});
