import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import test from 'ava';
import type { Diagnostic } from '../../../src/base/diagnostic.ts';
import { ownPlatform } from '../../../src/base/images/platform.ts';
import { fetchImage } from '../../../src/images/fetch/fetch.ts';
import { digestOf } from '../../../src/images/model/digest.ts';
import { findInEngines } from '../../../src/images/sources/engine-stores.ts';
import { splitBytes } from '../../../src/images/sources/tar-split.ts';
import { eventually } from '../../scenarios/harness/eventually.ts';
import { archive } from '../tar/archive.ts';
import { namesIn, openFiles, reference, withStore } from '../with-store.ts';
import { DIFF_IDS, dockerStore, enginesIn, ID, LAYERS, podmanStore } from './make-engine-stores.ts';
import { RECORDED_LAYERS } from './recorded-image.ts';
import { RECORDED_DIGEST, RECORDED_NAME, unpackStore } from './recorded-store.ts';

const NAME = reference('shop/app:1');

for (const [engine, make, motd] of [
  ['docker', dockerStore, 'overlay2/cache0/diff/etc/motd'],
  ['podman', podmanStore, 'overlay/base/diff/etc/motd'],
] as const)
  test(
    `an image in the store of ${engine} becomes the same layers, byte for byte, and nothing of others is believed`,
    withStore(async (t, { store, directory }) => {
      const places = enginesIn(directory('engines'));
      t.is(await findInEngines(NAME, ownPlatform(), places), undefined, 'there is no store');
      make(places[engine]);
      t.is(await findInEngines(reference('shop/app:2'), ownPlatform(), places), undefined);
      t.is(await findInEngines(NAME, { os: 'linux', architecture: 's390x' }, places), undefined);
      const source = await findInEngines(NAME, ownPlatform(), places);
      t.regex(source!.name, new RegExp(`^${engine}’s store`, 'i'));

      // A pipe in the place of a file keeps nobody waiting.
      const path = join(places[engine], motd);
      rmSync(path);
      execFileSync('mkfifo', [path]);
      // Red without: O_NONBLOCK in tar-split.ts.
      await t.throwsAsync(fetchImage(store, source!, NAME), {
        message: /cannot be read|not what its digest/,
      });

      // A file that leads out of the layer, as a container could leave it.
      const outside = join(directory('outside'), 'secret');
      writeFileSync(outside, 'hello');
      rmSync(path);
      symlinkSync(outside, path);
      // Red without: openWithin in tar-split.ts.
      await t.throwsAsync(fetchImage(store, source!, NAME), { message: /is missing/ });
      rmSync(path);
      writeFileSync(path, 'HELLO');
      await t.throwsAsync(fetchImage(store, source!, NAME), { message: /not what its digest promises/ });
      t.deepEqual(namesIn(store.ingest), []);
      writeFileSync(path, 'hello');
      chmodSync(path, 0);

      const image = await fetchImage(store, source!, NAME);
      t.is(image.id, `sha256:${ID}`);
      t.deepEqual(image.layers, DIFF_IDS);
      for (const [index, members] of LAYERS.entries())
        t.deepEqual(readFileSync(store.tar(DIFF_IDS[index]!)), archive(...members));
    }),
  );

// Red without: the bound of the chain in engine-stores.ts, which would not end.
test(
  'layers of Podman that are below each other are said, and the image is not found there',
  withStore(async (t, { directory }) => {
    const places = enginesIn(directory('engines'));
    podmanStore(places.podman);
    const layers = [
      { id: 'base', parent: 'top' },
      { id: 'top', parent: 'base' },
    ];
    writeFileSync(join(places.podman, 'overlay-layers/layers.json'), JSON.stringify(layers));
    const warnings: Diagnostic[] = [];
    const found = await findInEngines(NAME, ownPlatform(), places, (warning) => warnings.push(warning));
    t.is(found, undefined);
    t.like(warnings, [
      {
        severity: 'warning',
        message: 'the layer top is below itself',
        facts: [['from', 'Podman’s store']],
        help: 'the image is fetched from its registry instead',
      },
    ]);
  }),
);

test(
  'a reader that ends early leaves nothing open',
  withStore(async (t, { directory }) => {
    const layer = { headers: join(directory('split'), 'headers.gz'), files: directory('files') };
    const line = `${JSON.stringify({ type: 2, payload: Buffer.alloc(3000).toString('base64') })}\n`;
    writeFileSync(layer.headers, gzipSync(line.repeat(3000), { level: 0 }));
    for await (const bytes of splitBytes(layer)) {
      t.is(bytes.length, 1 << 20);
      t.is(openFiles(layer.headers, layer.files).length, 2);
      break;
    }
    await eventually('all is closed', () => openFiles(layer.headers, layer.files).length === 0);
    t.pass();
  }),
);

for (const recorded of ['docker-overlay2', 'docker-vfs', 'podman-overlay', 'podman-vfs'])
  test(
    `what ${recorded.replace('-', ' with the driver ')} has kept of a pulled image becomes the layers of the registry`,
    withStore(async (t, { store, directory }) => {
      const there = directory('there');
      unpackStore(recorded, there);
      const [engine] = recorded.split('-') as ['docker' | 'podman'];
      const places = { ...enginesIn(directory('none')), [engine]: there };
      const name = reference(RECORDED_NAME);
      const source = await findInEngines(name, ownPlatform(), places);
      const image = await fetchImage(store, source!, name);
      const layers = RECORDED_LAYERS.map((members) => archive(...members));
      t.deepEqual(image.layers, layers.map(digestOf));
      for (const [index, bytes] of layers.entries())
        t.deepEqual(readFileSync(store.tar(image.layers[index]!)), bytes);
      // Red without: the look at the digest in findInEngines.
      const pinned = reference(`127.0.0.1:5000/team/app@${RECORDED_DIGEST}`);
      t.is(await findInEngines(pinned, ownPlatform(), places), undefined);
    }),
  );
