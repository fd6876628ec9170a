import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { Problem } from '../../../src/base/diagnostic.ts';
import { ownPlatform } from '../../../src/base/images/platform.ts';
import { freeImages } from '../../../src/engine/doors/images/free-images.ts';
import { withHeldImages } from '../../../src/engine/doors/images/held-images.ts';
import { imageHistory } from '../../../src/engine/doors/images/image-history.ts';
import { listImages, lookUpImage } from '../../../src/engine/doors/images/list-images.ts';
import { loadImages } from '../../../src/engine/doors/images/load-images.ts';
import { pruneImages } from '../../../src/engine/doors/images/prune-images.ts';
import { removeImage } from '../../../src/engine/doors/images/remove-image.ts';
import { verifyImages } from '../../../src/engine/doors/images/verify-images.ts';
import { fetchImage } from '../../../src/images/fetch/fetch.ts';
import { layoutDirectory } from '../../../src/images/sources/layout-directory.ts';
import { hold } from '../../../src/images/store/lease.ts';
import { lock } from '../../../src/images/store/lock.ts';
import { addToRef, readRef } from '../../../src/images/store/refs.ts';
import { openStore, STORE_LOCK } from '../../../src/images/store/store.ts';
import { rootId, type StoredImage } from '../../../src/images/store/stored-image.ts';
import type { FoundImage, Mount } from '../../../src/project/model/project.ts';
import { makeLayout } from '../../images/make-layout.ts';
import { archive, file } from '../../images/tar/archive.ts';
import { reference, removed } from '../../images/with-store.ts';
import { loadText } from '../../project/support.ts';
import { recordUse } from '../volumes/support.ts';

/** The state directory of this process: tests of this file run one after the other. */
const inState = (title: string, body: (t: ExecutionContext, state: string) => Promise<void>): void => {
  const run = process.geteuid?.() === 0 ? test.serial : test.skip;
  run(title, async (t) => {
    const top = mkdtempSync(join(tmpdir(), 'tscompose-images-'));
    process.env.TSCOMPOSE_STATE_DIR = join(top, 'state');
    try {
      makeLayout(join(top, 'layout'), [
        { name: 'ghcr.io/owner/app:1', layers: [LAYER, OTHER], config: { Labels: { tier: 'web' } } },
        { layers: [LAYER] },
      ]);
      await loadImages(join(top, 'layout'), {});
      await body(t, join(top, 'state'));
    } finally {
      delete process.env.TSCOMPOSE_STATE_DIR;
      rmSync(top, { recursive: true, force: true });
    }
  });
};

const [LAYER, OTHER] = [archive(file('a', 'a')), archive(file('b', 'b'.repeat(10_000)))];
const NAME = 'ghcr.io/owner/app:1';
const calmly = { force: false, dryRun: false };

/** What a container records of an image. */
const rootOf = ({ id, digest, layers }: StoredImage): FoundImage => ({
  kind: 'image',
  reference: NAME,
  ...{ id, digest, layers },
});

const mountOf = (image: StoredImage): Mount => ({
  kind: 'image',
  from: 'services.web.volumes[0]',
  target: '/srv',
  readOnly: true,
  image: rootOf(image),
});

/** A start that is ready at the worst moment: it records its container while others wait for the lock of the store. */
const startsMeanwhile = async <Result>(
  state: string,
  image: StoredImage,
  removal: () => Promise<Result>,
): Promise<Result> => {
  const store = openStore(state);
  const lease = await hold(store, [image.digest, image.id, ...image.layers]);
  const turn = await lock(store, STORE_LOCK);
  const removing = removal();
  recordUse(state, 'shop', [], { rootfs: rootOf(image) });
  lease.release();
  turn.release();
  return removing;
};

const named = () => listImages().find(({ names }) => names.includes(NAME))!;

inState('images are found by name, by ID and by its beginning', async (t) => {
  const image = named();
  t.deepEqual(
    listImages()
      .map(({ names }) => names.length)
      .sort(),
    [0, 1],
  );
  for (const text of [
    NAME,
    image.id,
    image.id.slice(7),
    image.id.slice(7, 19),
    `ghcr.io/owner/app@${image.digest}`,
  ])
    t.is((lookUpImage(text) as typeof image).id, image.id, text);
  const missing = lookUpImage('ghcr.io/owner/app:2');
  t.like(missing, { code: 'no-image', help: `did you mean \`${NAME}\`?` });
  const history = imageHistory(NAME);
  t.deepEqual('severity' in history ? history : history.map(({ createdBy, size }) => [createdBy, size]), [
    ['layer 2', OTHER.length],
    ['layer 1', LAYER.length],
  ]);
});

inState('an image that a container uses stays, and with force it loses its name only', async (t, state) => {
  const image = named();
  // The record of a container mentions its image somewhere.
  recordUse(state, 'shop', [`image-${image.digest.slice(7)}`]);
  const refused = await t.throwsAsync(removeImage(NAME, calmly), { instanceOf: Problem });
  t.is(refused?.message, `the image \`${NAME}\` is in use by shop-db-1 (project shop)`);
  t.deepEqual((await pruneImages(true, () => true, false)).untagged, []);
  t.deepEqual(await removeImage(NAME, { ...calmly, force: true }), { untagged: [NAME], deleted: [] });
  await freeImages();
  t.deepEqual(await verifyImages([], () => {}), []);
  t.deepEqual(
    listImages().map(({ names, uses }) => [names, uses.map(({ container }) => container)]),
    [[[], ['shop-db-1']]],
  );
});

inState('a record that is damaged may hide a container: nothing is removed', async (t, state) => {
  recordUse(state, 'shop', []);
  writeFileSync(join(state, 'shop/project.json'), '{');
  for (const removal of [() => removeImage(NAME, calmly), () => pruneImages(true, () => true, false)])
    await t.throwsAsync(removal, { message: /may be in use by `shop`/ });
  await removeImage(NAME, { ...calmly, force: true });
  await freeImages();
  t.is(listImages().length, 2);
});

inState('pruning removes images without a name, and all with -a', async (t) => {
  t.is((await pruneImages(false, () => true, true)).deleted.length, 1);
  t.is(listImages().length, 2, 'a dry run changes nothing');
  const pruned = await pruneImages(false, () => true, false);
  t.deepEqual([pruned.untagged, pruned.deleted.length], [[], 1]);
  t.deepEqual((await pruneImages(true, ({ config }) => config.labels.tier !== 'web', false)).deleted, []);
  const all = await pruneImages(true, () => true, false);
  t.deepEqual(all.untagged, [NAME]);
  t.true(all.bytes > OTHER.length);
  t.deepEqual(listImages(), []);
});

for (const [what, service] of [
  ['image', `image: '${NAME}'`],
  // Red without: foundImagesOf in held-images.ts.
  ['mount', `x-tscompose: {rootfs: host}, volumes: [{type: image, source: '${NAME}', target: /srv}]`],
])
  inState(
    `what a start has found stays until its containers are recorded, whatever is pruned: ${what}`,
    async (t) => {
      const { project } = loadText(`services: {web: {${service}, command: 'true'}}`);
      const image = named();
      const { release } = await withHeldImages(project!, { services: [] });
      // Red without: `hold` in held-images.ts.
      await pruneImages(true, () => true, false);
      t.deepEqual(
        listImages().map(({ id, names }) => [id, names]),
        [[image.id, [NAME]]],
      );
      t.deepEqual(await verifyImages([NAME], () => {}), []);
      release();
      await pruneImages(true, () => true, false);
      t.deepEqual(listImages(), []);
    },
  );

// Red without: underLocks in quiet-store.ts.
inState('what a start records while a removal waits for the store is in use', async (t, state) => {
  const image = named();
  await t.throwsAsync(
    startsMeanwhile(state, image, () => removeImage(NAME, calmly)),
    { message: /is in use by shop-db-1/ },
  );
  rmSync(join(state, 'shop'), { recursive: true });
  await startsMeanwhile(state, image, () => pruneImages(true, () => true, false));
  t.is(named().id, image.id);
  rmSync(join(state, 'shop'), { recursive: true });
  await removed(openStore(state), image);
  await startsMeanwhile(state, image, () => freeImages());
  t.true(image.layers.every((layer) => existsSync(openStore(state).tar(layer))));
});

// Red without: `held` in removeImage of images.ts.
inState(
  'an image that a running command holds stays, and with force it loses its name only',
  async (t, state) => {
    const image = named();
    const lease = await hold(openStore(state), [image.digest]);
    await t.throwsAsync(removeImage(NAME, calmly), { message: /is in use by a running command/ });
    t.deepEqual(await removeImage(NAME, { ...calmly, force: true }), { untagged: [NAME], deleted: [] });
    lease.release();
    t.is((await removeImage(image.id, calmly)).deleted[0], image.id);
  },
);

// Red without: rootId of foundImagesOf in image-users.ts.
for (const what of ['image', 'mount'])
  inState(`the merged root of a container stays when its image has gone: ${what}`, async (t, state) => {
    const [image, store] = [named(), openStore(state)];
    const root = store.root(rootId(image.layers));
    for (const path of [root, `${root}-directory`]) mkdirSync(path);
    recordUse(state, 'shop', [], what === 'image' ? { rootfs: rootOf(image) } : { mounts: [mountOf(image)] });
    await removeImage(NAME, { ...calmly, force: true });
    await removed(store, image);
    await freeImages();
    t.deepEqual([existsSync(root), existsSync(`${root}-directory`)], [true, true]);
    rmSync(join(state, 'shop'), { recursive: true });
    await freeImages();
    t.deepEqual([existsSync(root), existsSync(`${root}-directory`)], [false, false]);
  });

inState('a name with several platforms', async (t, state) => {
  const [layout, store] = [join(state, '../several'), openStore(state)];
  const name = 'ghcr.io/owner/several:1';
  const platforms = [FOREIGN, ownPlatform()];
  makeLayout(
    layout,
    platforms.map((platform, index) => ({ name, platform, layers: [archive(file('p', `${index}`))] })),
  );
  const source = await layoutDirectory(layout);
  const fetched = (): Promise<StoredImage[]> =>
    Promise.all(
      platforms.map((platform) => fetchImage(store, source, reference(name), { platform, which: '1' })),
    );
  // Red without: underLocks in addToRef of refs.ts.
  const [foreign, own] = (await fetched()) as [StoredImage, StoredImage];
  t.deepEqual(
    [foreign, own].map(({ id }) => listImages().find((image) => image.id === id)?.names),
    [[name], [name]],
  );
  // Red without: toSorted in meantBy of remove.ts.
  t.is((lookUpImage(name) as StoredImage).id, own.id);
  // Red without: the digest in `untag` of pruneImages. The other platform keeps the name.
  recordUse(state, 'shop', [], { rootfs: rootOf(own) });
  await pruneImages(true, () => true, false);
  t.deepEqual(
    listImages().map(({ id, names }) => [id, names]),
    [[own.id, [name]]],
  );
  rmSync(join(state, 'shop'), { recursive: true });
  await fetched();
  t.deepEqual((await removeImage(name, calmly)).deleted.toSorted(), [foreign.id, own.id].toSorted());
  t.deepEqual(listImages(), []);
});

// Red without: existsSync in addToRef of refs.ts.
inState('a name is not given to an image that has gone meanwhile', async (t, state) => {
  const [image, store] = [named(), openStore(state)];
  await removeImage(NAME, calmly);
  const { platform, digest } = image;
  t.is(await addToRef(store, reference(NAME), digest, { platform, digest }), undefined);
  t.is(readRef(store, reference(NAME)), undefined);
});

// Red without: treeSize in pruneImages.
inState('directories count with what is in them', async (t, state) => {
  const [image, store] = [named(), openStore(state)];
  const tree = `${store.layers}/${image.layers[0]!.slice(7)}-0123456789abcdef`;
  mkdirSync(`${tree}/deep`, { recursive: true });
  writeFileSync(`${tree}/deep/file`, 'x'.repeat(1_000_000));
  t.true((await pruneImages(true, () => true, false)).bytes > 1_000_000);
});

// Red without: severalImages in namedImages of images.ts.
inState(
  '`load --tag` names one image; all names that are none are refused before anything is loaded',
  async (t, state) => {
    const layout = join(state, '../layout');
    const before = listImages().length;
    const several = await t.throwsAsync(loadImages(layout, { tag: 'mine:1' }), { instanceOf: Problem });
    t.like(several!.diagnostics[0], { code: 'ambiguous-image' });
    t.deepEqual(several!.diagnostics[0]!.facts?.[0], ['image', NAME]);
    const bad = join(state, '../bad');
    makeLayout(
      bad,
      ['good:1', 'BAD:1', 'worse@:1'].map((name) => ({ name, layers: [archive(file(name))] })),
    );
    const refused = await t.throwsAsync(loadImages(bad, {}), { instanceOf: Problem });
    t.deepEqual(
      refused!.diagnostics.map(({ message }) => message.slice(0, 12)),
      ['`BAD:1` must', '`worse@:1` m'],
    );
    // Red without: the Map in namedImages. An index may list an image thousands of times.
    const often = join(state, '../often');
    makeLayout(often, [{ name: 'often:1', layers: [archive(file('often'))] }]);
    const index = JSON.parse(readFileSync(join(often, 'index.json'), 'utf8'));
    index.manifests = Array.from({ length: 5 }, () => index.manifests[0]);
    writeFileSync(join(often, 'index.json'), JSON.stringify(index));
    t.deepEqual(
      (await loadImages(often, {})).map(({ name }) => name),
      ['often:1'],
    );
    await removeImage('often:1', calmly);
    t.is(listImages().length, before);
  },
);

const FOREIGN = { os: 'linux', architecture: process.arch === 's390x' ? 'arm64' : 's390x' };
