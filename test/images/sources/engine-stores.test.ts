import { chmodSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { fetchImage } from '../../../src/images/fetch.ts';
import { ownPlatform } from '../../../src/images/platform.ts';
import { findInEngines } from '../../../src/images/sources/engine-stores.ts';
import { archive } from '../tar/archive.ts';
import { namesIn, reference, withStore } from '../with-store.ts';
import { DIFF_IDS, dockerStore, ID, LAYERS, podmanStore } from './make-engine-stores.ts';

const NAME = reference('shop/app:1');

for (const [engine, make, motd] of [
  ['docker', dockerStore, 'overlay2/cache0/diff/etc/motd'],
  ['podman', podmanStore, 'overlay/base/diff/etc/motd'],
] as const)
  test(
    `an image in the store of ${engine} becomes the same layers, byte for byte, and nothing of others is believed`,
    withStore(async (t, { store, directory }) => {
      const places = { docker: directory('docker'), podman: directory('podman') };
      t.is(await findInEngines(NAME, ownPlatform(), places), undefined, 'there is no store');
      make(places[engine]);
      t.is(await findInEngines(reference('shop/app:2'), ownPlatform(), places), undefined);
      t.is(await findInEngines(NAME, { os: 'linux', architecture: 's390x' }, places), undefined);
      const source = await findInEngines(NAME, ownPlatform(), places);
      t.regex(source!.name, new RegExp(`^${engine}’s store`, 'i'));

      // A file that leads out of the layer, as a container could leave it.
      const path = join(places[engine], motd);
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
