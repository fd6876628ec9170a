import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { tscomposePath } from './harness/cli.ts';
import { copyRepository } from './harness/repository.ts';
import { scenario } from './harness/scenario.ts';
import { stays } from './harness/yaml.ts';

scenario('npm pack, installed into an empty prefix, is a tscompose that works', async (t, project) => {
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
    { filename: string; files: { path: string }[] },
  ];
  for (const name of ['tscompose.js', 'tscompose.1', 'completion/tscompose', 'completion/_tscompose'])
    t.true(
      packed.files.some(({ path }) => path === `dist/${name}`),
      name,
    );
  t.false(packed.files.some(({ path }) => /^(src|test|node_modules)\//.test(path)));
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

scenario('called through a link from anywhere it finds its parts', async (t, project) => {
  const link = project.path('tsc-link');
  symlinkSync(tscomposePath, link);
  project.compose('services:\n  web: { command: [echo, works] }\n');
  const words = ['-f', project.path('compose.yaml'), 'run', '--rm', 'web'];
  const { stdout, stderr } = await project.launch(process.execPath, ['--', link, ...words], { cwd: '/' })
    .ended;
  t.is(stdout, 'works\n', stderr);
});
