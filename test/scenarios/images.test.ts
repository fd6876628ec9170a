import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { makeLayout } from '../images/make-layout.ts';
import { archive, file } from '../images/tar/archive.ts';
import { scenario } from './harness/scenario.ts';

const LAYER = archive(file('a', 'a'.repeat(5000)));

scenario('images are loaded, listed, inspected, verified and removed', async (t, project) => {
  const layout = join(project.directory, 'layout');
  const [made] = makeLayout(layout, [
    { name: 'app:1', layers: [LAYER], config: { Cmd: ['sh'] } },
    { layers: [LAYER] },
  ]);
  const loaded = await project.tscompose('load', layout);
  t.is(loaded.code, 0, loaded.stderr);
  const [first, second] = loaded.stdout.split('\n');
  t.is(first, 'Loaded image: app:1');
  t.regex(second!, /^Loaded image ID: sha256:[0-9a-f]{64}$/);
  t.regex(
    await project.ok('image', 'ls', 'app'),
    /^REPOSITORY +TAG +IMAGE ID +CREATED +SIZE\napp +1 +[0-9a-f]{12} +.* ago +6\.66kB\n$/,
  );
  const [inspected] = JSON.parse(await project.ok('image', 'inspect', 'app:1'));
  t.like(inspected, { RepoTags: ['app:1'], Id: made!.config.digest, UsedBy: [] });
  t.deepEqual(inspected.Config.Cmd, ['sh']);
  t.is(await project.ok('image', 'verify', 'app:1'), 'app:1: verified\n');
  t.regex(
    await project.ok('system', 'df', '-v'),
    /Images space usage:\n\nIMAGE +PROJECT +LINKS +SIZE\napp:1 +0 +6\.66kB/,
  );
  project.compose('services: {web: {x-tscompose: {rootfs: host}, command: "true"}}');
  t.is(
    await project.ok('images'),
    'CONTAINER           REPOSITORY          TAG                 PLATFORM            IMAGE ID            SIZE                CREATED\n',
  );
  const removed = await project.tscompose('rmi', 'app:1', 'app:2');
  t.is(removed.code, 1);
  t.is(removed.stdout, `Untagged: app:1\nDeleted: ${made!.config.digest}\n`);
  t.regex(removed.stderr, /no such image: app:2/);
  const store = join(project.stateDirectory, '.images');
  const tar = join(store, 'layers', `${made!.diffIds[0]!.slice(7)}.tar`);
  t.true(existsSync(tar), 'the image without a name has the same layer');
  t.regex(
    await project.ok('image', 'prune', '-f'),
    /Deleted Images:\ndeleted: sha256:.*\n\nTotal reclaimed space: \S+\n/,
  );
  t.false(existsSync(tar));
});
