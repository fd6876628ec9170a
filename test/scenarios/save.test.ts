import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { busyboxLayer, makeLayout } from '../images/make-layout.ts';
import { file } from '../images/tar/archive.ts';
import { type OtherEngine, openPodman, startDocker } from './harness/engines.ts';
import type { Project } from './harness/project.ts';
import { needs, whenNightly } from './harness/scenario.ts';

const loadImages = async (project: Project): Promise<readonly string[]> => {
  const made = makeLayout(project.path('layout'), [
    {
      name: 'app:1',
      layers: [busyboxLayer(), [file('etc/motd', 'hello')]],
      config: { Cmd: ['cat', '/etc/motd'] },
    },
    { name: 'other:1', layers: [busyboxLayer()], config: { Cmd: ['true'] } },
  ]);
  await project.ok('load', project.path('layout'));
  return made.map(({ config }) => config.digest);
};

needs('script')('save writes images to a file or a pipe, and never to a terminal', async (t, project) => {
  const ids = await loadImages(project);
  const path = project.path('saved.tar');
  t.is(await project.ok('save', '-o', path, 'app:1', 'other:1'), '');
  const piped = project.launch('sh', [
    '-c',
    `${project.command('save', 'app:1', 'other:1')} | cmp - ${path}`,
  ]);
  t.is((await piped.ended).code, 0);

  const terminal = project.launch('script', ['-qec', project.command('save', 'app:1'), '/dev/null']);
  const refused = await terminal.ended;
  t.is(refused.code, 1);
  t.regex(refused.stdout, /the archive is written to the standard output, which is a terminal/);

  writeFileSync(path, 'before');
  const missing = await project.tscompose('save', '-o', path, 'app:1', 'app:2', 'nothing');
  t.is(missing.code, 1);
  t.regex(missing.stderr, /no such image: app:2[\s\S]*no such image: nothing/);
  t.is(readFileSync(path, 'utf8'), 'before');
  t.false(existsSync(`${path}.tmp`));

  await project.ok('save', '-o', path, '--format', 'docker', 'app:1', ids[1]!);
  await project.ok('rmi', 'app:1', 'other:1');
  t.is(await project.ok('load', path), `Loaded image: app:1\nLoaded image ID: ${ids[1]}\n`);
  project.compose(`services: { app: { image: 'app:1', networks: [] } }`);
  t.regex(await project.ok('up'), /hello/);
});

const engines = { docker: startDocker, podman: async (top: string): Promise<OtherEngine> => openPodman(top) };
const nightly = whenNightly(needs('dockerd', 'podman'));

for (const [name, open] of Object.entries(engines))
  nightly(`${name} loads what save has written, with the same ID`, async (t, project) => {
    const [id] = await loadImages(project);
    const engine = await open(project.path(name));
    try {
      for (const format of ['oci', 'docker']) {
        const path = project.path(`${format}.tar`);
        await project.ok('save', '--format', format, '-o', path, 'app:1');
        t.regex(engine.run('load', '-i', path), /Loaded image.*app:1/);
        const found = engine.run('image', 'inspect', '--format', '{{.Id}} {{.RepoTags}}', 'app:1');
        t.regex(found, new RegExp(`^(sha256:)?${id!.slice(7)} \\[(docker.io/library/)?app:1\\]`));
        engine.run('rmi', 'app:1');
      }
    } finally {
      await engine.stop();
    }
  });
