import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { busyboxLayer, makeLayout } from '../images/make-layout.ts';
import { archive, file } from '../images/tar/archive.ts';
import { scenario } from './harness/scenario.ts';

scenario('rootfs takes an archive, which is read once for each state of the file', async (t, project) => {
  const path = project.path('root.tar.gz');
  const write = (motd: string): void =>
    writeFileSync(path, gzipSync(archive(...busyboxLayer(), file('etc/motd', motd))));
  write('first');
  project.compose(`services:
  app: { rootfs: ./root.tar.gz, networks: [], command: [cat, /etc/motd] }
`);
  const ahead = await project.tscompose('explain');
  t.is(ahead.code, 1);
  t.regex(ahead.stderr, /root\.tar\.gz has not been read yet/);
  t.regex(await project.ok('up'), /first/);
  t.is(await project.ok('ps', '-a', '--format', '{{.Image}}'), `${path}\n`);
  await project.ok('explain');
  const directory = `${project.stateDirectory}/.images/images`;
  const records = (): readonly string[] =>
    readdirSync(directory).map((name) => readFileSync(`${directory}/${name}`, 'utf8'));
  const before = records();
  // Red without: `findImage` in root-archives.ts.
  t.is((await project.tscompose('up')).code, 0);
  t.deepEqual(records(), before);
  // Red without: the state of the file in `nameOf`.
  write('second');
  t.regex(await project.ok('up'), /second/);
  await project.change('down');

  writeFileSync(path, gzipSync(Buffer.from('no archive')));
  const broken = await project.tscompose('up');
  t.is(broken.code, 1);
  t.regex(broken.stderr, /compose\.yaml:2:\d+/);
  makeLayout(project.path('layout'), [
    { name: 'app:1', layers: [busyboxLayer()], config: { Cmd: ['true'] } },
  ]);
  await project.ok('load', project.path('layout'));
  await project.ok('save', '-o', path, 'app:1');
  const images2 = await project.tscompose('up');
  t.is(images2.code, 1);
  t.regex(images2.stderr, /the archive holds images/);
});
