import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import type { Diagnostic } from '../../../src/base/diagnostic.ts';
import { fetchImage } from '../../../src/images/fetch/fetch.ts';
import { digestOf } from '../../../src/images/model/digest.ts';
import { readBolt } from '../../../src/images/sources/bolt.ts';
import { findInEngines } from '../../../src/images/sources/engine-stores.ts';
import { archive } from '../tar/archive.ts';
import { reference, withStore } from '../with-store.ts';
import { RECORDED_LAYERS } from './recorded-image.ts';
import { RECORDED_DIGEST, RECORDED_NAME, unpackStore } from './recorded-store.ts';

const AMD64 = { os: 'linux', architecture: 'amd64' };
const DATABASE = 'io.containerd.metadata.v1.bolt/meta.db';
const BLOBS = 'io.containerd.content.v1.content/blobs/sha256';
const LAYERS = RECORDED_LAYERS.map((members) => archive(...members));

/** A store as containerd has left it, below the directory of Docker or of its own. */
const opened = (directory: (name: string) => string, place: 'docker/containerd/daemon' | 'containerd') => {
  const top = directory('engines');
  const [docker, podman, containerd] = ['docker', 'podman', 'containerd'].map((name) => join(top, name));
  const root = directory(`engines/${place}`);
  unpackStore('containerd', root);
  const warnings: Diagnostic[] = [];
  const find = (name: string, platform = AMD64) =>
    findInEngines(
      ...([reference(name), platform] as const),
      { docker: docker!, podman: podman!, containerd: containerd! },
      (warning) => warnings.push(warning),
    );
  return { root, warnings, find };
};

for (const place of ['docker/containerd/daemon', 'containerd'] as const)
  test(
    `an image of containerd at ${place} becomes the layers of the registry, by tag and by digest`,
    withStore(async (t, { store, directory }) => {
      const { find, warnings } = opened(directory, place);
      const source = await find(RECORDED_NAME);
      t.is(source?.name, 'Docker’s store');
      const image = await fetchImage(store, source!, reference(RECORDED_NAME), { platform: AMD64 });
      t.is(image.digest, RECORDED_DIGEST);
      t.deepEqual(image.layers, LAYERS.map(digestOf));
      for (const [index, bytes] of LAYERS.entries())
        t.deepEqual(readFileSync(store.tar(image.layers[index]!)), bytes);
      const pinned = `127.0.0.1:5000/team/app@${RECORDED_DIGEST}`;
      const again = await fetchImage(store, (await find(pinned))!, reference(pinned), { platform: AMD64 });
      t.is(again.digest, RECORDED_DIGEST);
      // Names on other pages of the database.
      for (const number of [1, 57, 200, 399, 400])
        t.truthy(await find(`127.0.0.1:5000/team/other:${number}`), `${number}`);
      for (const name of ['127.0.0.1:5000/team/other:401', 'app:1', `a@${RECORDED_DIGEST.replace('0', '1')}`])
        t.is(await find(name), undefined, name);
      t.is(await find(RECORDED_NAME, { os: 'linux', architecture: 's390x' }), undefined);
      t.deepEqual(warnings, []);
    }),
  );

test(
  'an image whose layers containerd has thrown away is not found there, and one that goes meanwhile is damaged',
  withStore(async (t, { store, directory }) => {
    const { root, find, warnings } = opened(directory, 'containerd');
    const source = await find(RECORDED_NAME);
    const blobs = readdirSync(join(root, BLOBS));
    const { layers } = JSON.parse(readFileSync(join(root, BLOBS, RECORDED_DIGEST.slice(7)), 'utf8'));
    const layer: string = layers[0].digest.slice(7);
    t.true(blobs.includes(layer));
    truncateSync(join(root, BLOBS, layer), 1);
    t.is(await find(RECORDED_NAME), undefined);
    rmSync(join(root, BLOBS, layer));
    t.is(await find(RECORDED_NAME), undefined);
    t.deepEqual(warnings, []);
    await t.throwsAsync(fetchImage(store, source!, reference(RECORDED_NAME), { platform: AMD64 }), {
      message: new RegExp(`${layer} in it is missing`),
    });
  }),
);

const KEYS = ['v1', 'moby', 'images', RECORDED_NAME, 'target', 'digest'] as const;

test(
  'what is read while a transaction ends is read again, and one transaction after the other is an error',
  withStore(async (t, { directory }) => {
    const { root } = opened(directory, 'containerd');
    const database = join(root, DATABASE);
    let reads = 0;
    const read = (most: number) =>
      readBolt(database, (lookup) => {
        const found = String(lookup(...KEYS));
        if (++reads <= most) commit(database);
        return `${reads} ${found}`;
      });
    // Red without: the second look at the transaction in bolt.ts.
    t.is(read(2), `3 ${RECORDED_DIGEST}`);
    t.throws(() => read(100), { message: /changes all the time/ });
  }),
);

/** The next transaction, which changes nothing. */
const commit = (database: string): void => {
  const bytes = readFileSync(database);
  const pages = [0, bytes.readUInt32LE(16 + 8)].map((at) => bytes.subarray(at + 16, at + 80));
  const [older, newer] = pages.toSorted((a, b) => Number(a.readBigUInt64LE(48) - b.readBigUInt64LE(48)));
  newer!.copy(older!);
  older!.writeBigUInt64LE(newer!.readBigUInt64LE(48) + 1n, 48);
  let sum = 0xcbf29ce484222325n;
  for (const byte of older!.subarray(0, 56)) sum = BigInt.asUintN(64, (sum ^ BigInt(byte)) * 0x100000001b3n);
  older!.writeBigUInt64LE(sum, 56);
  writeFileSync(database, bytes);
};

test(
  'a damaged database ends with an error or without a value, whatever is damaged',
  withStore(async (t, { directory }) => {
    const { root, find, warnings } = opened(directory, 'containerd');
    const database = join(root, DATABASE);
    const whole = readFileSync(database);
    const pageSize = whole.readUInt32LE(16 + 8);
    const pages = Array.from({ length: whole.length / pageSize }, (_, index) => index * pageSize);
    const used = pages.filter((at) => at >= 2 * pageSize && [1, 2].includes(whole.readUInt16LE(at + 8)));
    t.true(
      used.some((at) => whole.readUInt16LE(at + 8) === 1),
      'there are branches',
    );
    const endings = new Set<string>();
    const tryWith = (bytes: Buffer): void => {
      writeFileSync(database, bytes);
      try {
        endings.add(readBolt(database, (lookup) => lookup(...KEYS)) ? 'a value' : 'none');
      } catch (error) {
        endings.add((error as Error).message);
      }
    };
    // Numbers of pages, sizes and places of entries, all with one value: the own page, far outside, and large.
    for (const value of [0, 3, 0xffff, 0x7fffffff, 0xffffffff])
      for (const at of [8, 12, 16, 20, 24, 28]) {
        const bytes = Buffer.from(whole);
        for (const page of used) bytes.writeUInt32LE(value, page + at);
        tryWith(bytes);
      }
    // Every branch leads to itself.
    const circle = Buffer.from(whole);
    for (const page of used)
      if (circle.readUInt16LE(page + 8) === 1)
        for (let entry = 0; entry < circle.readUInt16LE(page + 10); entry++)
          circle.writeBigUInt64LE(BigInt(page / pageSize), page + 16 + entry * 16 + 8);
    tryWith(circle);
    t.true(endings.has('a tree has too many levels'));
    for (const size of [0, 10, 100, 3 * pageSize]) tryWith(whole.subarray(0, size));
    t.true(endings.has('no database of bbolt') && endings.has('a page is missing') && endings.has('none'));
    t.is(await find(RECORDED_NAME), undefined);
    t.deepEqual(warnings, []);
  }),
);
