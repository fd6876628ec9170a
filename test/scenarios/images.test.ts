import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { lock } from '../../src/images/store/lock.ts';
import { openStore, TRASH_LOCK } from '../../src/images/store/store.ts';
import { makeLayout } from '../images/make-layout.ts';
import { archive, file } from '../images/tar/archive.ts';
import { eventually } from './harness/eventually.ts';
import { readIfThere } from './harness/host.ts';
import { scenario } from './harness/scenario.ts';

const LAYER = archive(file('a', 'a'.repeat(5000)));

scenario('images are loaded, listed, inspected, verified and removed', async (t, project) => {
  const layout = join(project.directory, 'layout');
  const [made] = makeLayout(layout, [
    {
      name: 'app:1',
      layers: [LAYER],
      config: {
        ...{ Cmd: ['sh'], ExposedPorts: { '80/tcp': {} } },
        Healthcheck: { Test: ['CMD', 'true'], Interval: 5_000_000_000, Retries: 2 },
      },
    },
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
  t.deepEqual(inspected.Config.ExposedPorts, { '80/tcp': {} });
  t.deepEqual(inspected.Config.Healthcheck, { Test: ['CMD', 'true'], Interval: 5_000_000_000, Retries: 2 });
  t.deepEqual(inspected.RepoDigests, [`app@${made!.descriptor.digest}`]);
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

// Red without: freeLater in freeImages of engine/doors/images/free-images.ts (rmi waits), and emptyTrash in freeImagesNow (it stays).
scenario(
  'rmi does not wait until a large layer is freed, and what stays is freed later',
  async (t, project) => {
    const layout = project.path('layout');
    mkdirSync(layout);
    const image = (name: string) => ({ name, layers: [archive(file('a', name.repeat(1 << 19)))] });
    makeLayout(layout, [image('one:1'), image('two:2')]);
    await project.ok('load', layout);
    const store = openStore(project.stateDirectory);
    const freeing = (): readonly number[] =>
      readdirSync('/proc')
        .filter((name) =>
          readIfThere(`/proc/${name}/cmdline`).endsWith(`\0free\0${project.stateDirectory}\0`),
        )
        .map(Number);
    const held = await lock(store, TRASH_LOCK);
    await project.ok('rmi', 'one:1');
    const left = readdirSync(store.trash);
    t.true(left.some((name) => statSync(join(store.trash, name)).size > 1 << 20));
    const pid = await eventually('a process is about to free it', () => freeing()[0]);
    process.kill(pid, 'SIGKILL');
    await eventually('it has ended', () => freeing().length === 0);
    t.deepEqual(readdirSync(store.trash), left);
    await project.ok('rmi', 'two:2');
    t.true(readdirSync(store.trash).length > left.length);
    held.release();
    await eventually('all of it is freed', () => readdirSync(store.trash).length === 0);
    await eventually('nothing runs any more', () => freeing().length === 0);
  },
);
