import { execFileSync } from 'node:child_process';
import { appendFileSync, createWriteStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import test from 'ava';
import { fetchImage } from '../../../src/images/fetch/fetch.ts';
import { type ArchiveFormat, imageArchive } from '../../../src/images/save/archive.ts';
import type { SavedImage } from '../../../src/images/save/saved-image.ts';
import { openArchive } from '../../../src/images/sources/open-archive.ts';
import { installLine } from '../../scenarios/harness/programs.ts';
import { archive, directory, file } from '../tar/archive.ts';
import { collected, namesIn, reference, removed, type StoreTest, withStore } from '../with-store.ts';

const SHARED = archive(file('a', 'content'));
const OWN = archive(directory('b'), file('b/c', 'x'.repeat(5000)));

/** Two images with a layer in common: one with two names, and one without. */
const storedImages = async ({ store, layout }: StoreTest): Promise<readonly SavedImage[]> => {
  const { source, made } = await layout(
    { name: 'app:1', layers: [SHARED, OWN], config: { Cmd: ['sh'] } },
    { layers: [SHARED] },
  );
  const names = [reference('app:1'), reference('registry.example:5000/team/app:2')];
  const [first, second] = made.map(({ descriptor }) => descriptor.digest);
  return [
    { image: await fetchImage(store, source, names[0], { which: first! }), names },
    { image: await fetchImage(store, source, undefined, { which: second! }), names: [] },
  ];
};

for (const format of ['oci', 'docker'] as const)
  test(
    `an archive of the format ${format} has the images with their names and IDs, and is the same each time`,
    withStore(async (t, made) => {
      const { store, directory } = made;
      const images = await storedImages(made);
      const path = join(directory('archives'), 'saved.tar');
      await pipeline(imageArchive(store, images, format), createWriteStream(path));
      t.deepEqual(await buffer(imageArchive(store, images, format)), readFileSync(path));
      const files = execFileSync('tar', ['-tf', path], { encoding: 'utf8' }).trim().split('\n');
      t.is(new Set(files).size, files.length, 'a layer of two images is in it once');
      const { source, isRoot } = await openArchive(store, path);
      t.false(isRoot);
      const loaded = [];
      for (const { which, name } of source.offered)
        loaded.push(await fetchImage(store, source, name ? reference(name) : undefined, { which }));
      t.deepEqual(
        loaded.map(({ id, references: [name] }) => [id, name]),
        [
          [images[0]!.image.id, 'docker.io/library/app:1'],
          [images[0]!.image.id, 'registry.example:5000/team/app:2'],
          [images[1]!.image.id, undefined],
        ],
      );
      t.deepEqual(loaded[0]!.layers, images[0]!.image.layers);
    }),
  );

const real = installLine(['skopeo', 'umoci']) === undefined ? test : test.skip;

real(
  'skopeo reads both formats, and umoci unpacks what it made of them',
  withStore(async (t, made) => {
    const { store, directory } = made;
    const [image] = await storedImages(made);
    const saved = [{ ...image!, names: image!.names.slice(0, 1) }];
    const top = directory('archives');
    const write = (format: ArchiveFormat, to: string) =>
      pipeline(imageArchive(store, saved, format), createWriteStream(to));
    await write('oci', `${top}/oci.tar`);
    await write('docker', `${top}/docker.tar`);
    for (const from of [
      `oci-archive:${top}/oci.tar`,
      `docker-archive:${top}/oci.tar`,
      `docker-archive:${top}/docker.tar`,
    ]) {
      const layout = directory(from.replaceAll(/[:/]/g, '-'));
      execFileSync('skopeo', ['copy', '-q', '--insecure-policy', from, `oci:${layout}:1`], { stdio: 'pipe' });
      execFileSync('umoci', ['unpack', '--image', `${layout}:1`, `${layout}/bundle`], { stdio: 'pipe' });
      t.is(readFileSync(`${layout}/bundle/rootfs/b/c`, 'utf8'), 'x'.repeat(5000));
    }
  }),
);

// Red without: the digest in `verified`.
test(
  'a layer that has changed since it was stored is not saved',
  withStore(async (t, made) => {
    const images = await storedImages(made);
    appendFileSync(made.store.tar(images[0]!.image.layers[0]!), Buffer.alloc(512));
    await t.throwsAsync(buffer(imageArchive(made.store, images, 'oci')), { message: /has changed/ });
  }),
);

// Red without: the lease in `imageArchive`.
test(
  'what is being saved is not collected, and the lease ends with the reader',
  withStore(async (t, made) => {
    const { store } = made;
    const [image] = await storedImages(made);
    const chunks = imageArchive(store, [image!], 'oci');
    await chunks.next();
    await removed(store, image!.image);
    await collected(store);
    t.true(namesIn(store.layers).includes(`${image!.image.layers[1]!.slice(7)}.tar`));
    await chunks.return(undefined);
    t.deepEqual(namesIn(store.leases), []);
    await collected(store);
    t.false(namesIn(store.layers).includes(`${image!.image.layers[1]!.slice(7)}.tar`));
  }),
);
