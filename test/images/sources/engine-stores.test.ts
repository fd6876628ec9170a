import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import test from 'ava';
import { fetchImage } from '../../../src/images/fetch.ts';
import { ownPlatform } from '../../../src/images/platform.ts';
import { findInEngines } from '../../../src/images/sources/engine-stores.ts';
import { digestOf } from '../../../src/images/store/stored-image.ts';
import { archive, file, type Member, memberBytes } from '../tar/archive.ts';
import { namesIn, reference, withStore } from '../with-store.ts';

const LAYERS: readonly (readonly Member[])[] = [
  [file('etc/motd', 'hello'), file('empty'), file('caf\xe9', 'x'.repeat(2000))],
  [file('etc/motd', 'goodbye')],
];
const DIFF_IDS = LAYERS.map((members) => digestOf(archive(...members)));
const CONFIG = Buffer.from(JSON.stringify({ ...ownPlatform(), config: {}, rootfs: { diff_ids: DIFF_IDS } }));
const ID = digestOf(CONFIG).slice(7);
const NAME = reference('shop/app:1');

/** The headers of a layer as tar-split keeps them, and its files. */
const writeSplit = (members: readonly Member[], headers: string, files: string): void => {
  const lines = members.flatMap((member) => {
    const bytes = memberBytes(member);
    const content = Buffer.from((member.content as string) ?? '', 'latin1');
    const at = bytes.length - Math.ceil(content.length / 512) * 512;
    write(join(files, '.'), undefined);
    write(Buffer.from(`${files}/${member.path}`, 'latin1'), content);
    return [
      { type: 2, payload: bytes.subarray(0, at).toString('base64') },
      { type: 1, name_raw: Buffer.from(member.path, 'latin1').toString('base64'), size: content.length },
      { type: 2, payload: bytes.subarray(at + content.length).toString('base64') },
    ];
  });
  const end = { type: 2, payload: Buffer.alloc(1024).toString('base64') };
  write(headers, gzipSync([...lines, end].map((line) => JSON.stringify(line)).join('\n')));
};

const write = (path: string | Buffer, content: string | Buffer | undefined): void => {
  mkdirSync(dirname(path.toString('latin1')), { recursive: true });
  if (content !== undefined) writeFileSync(path, content);
};

const sha = (text: string): string => createHash('sha256').update(text).digest('hex');

/** `/var/lib/docker` with the driver overlay2. */
const dockerStore = (root: string): void => {
  const image = join(root, 'image/overlay2');
  write(
    join(image, 'repositories.json'),
    JSON.stringify({ Repositories: { 'shop/app': { 'shop/app:1': `sha256:${ID}` } } }),
  );
  write(join(image, 'imagedb/content/sha256', ID), CONFIG);
  const chains = [DIFF_IDS[0]!.slice(7), sha(`${DIFF_IDS[0]} ${DIFF_IDS[1]}`)];
  for (const [index, chain] of chains.entries()) {
    write(join(image, 'layerdb/sha256', chain, 'cache-id'), `cache${index}`);
    writeSplit(
      LAYERS[index]!,
      join(image, 'layerdb/sha256', chain, 'tar-split.json.gz'),
      join(root, 'overlay2', `cache${index}`, 'diff'),
    );
  }
};

/** `/var/lib/containers/storage` with the driver overlay. */
const podmanStore = (root: string): void => {
  const names = ['docker.io/shop/app:1'];
  write(join(root, 'overlay-images/images.json'), JSON.stringify([{ id: ID, names, layer: 'top' }]));
  write(join(root, 'overlay-images', ID, `=${Buffer.from(`sha256:${ID}`).toString('base64')}`), CONFIG);
  write(
    join(root, 'overlay-layers/layers.json'),
    JSON.stringify([{ id: 'base' }, { id: 'top', parent: 'base' }]),
  );
  for (const [index, id] of ['base', 'top'].entries())
    writeSplit(
      LAYERS[index]!,
      join(root, 'overlay-layers', `${id}.tar-split.gz`),
      join(root, 'overlay', id, 'diff'),
    );
};

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
