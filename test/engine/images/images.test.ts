import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { Problem } from '../../../src/base/diagnostic.ts';
import { withHeldImages } from '../../../src/engine/held-images.ts';
import {
  freeImages,
  imageHistory,
  listImages,
  loadImages,
  lookUpImage,
  pruneImages,
  removeImage,
  verifyImages,
} from '../../../src/engine/images.ts';
import { makeLayout } from '../../images/make-layout.ts';
import { archive, file } from '../../images/tar/archive.ts';
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
  t.is(await freeImages(), 0);
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

inState('what a start has found stays, whatever is pruned, until its containers are recorded', async (t) => {
  const { project } = loadText(`services: {web: {image: '${NAME}', command: 'true'}}`);
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
});
