import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import test from 'ava';
import { extractLayer } from '../../../src/images/directory/extract.ts';
import { fetchImage } from '../../../src/images/fetch/fetch.ts';
import { buildRoot } from '../../../src/images/root/build.ts';
import { emptyTrash } from '../../../src/images/store/collect.ts';
import { hold } from '../../../src/images/store/lease.ts';
import { meantBy } from '../../../src/images/store/remove.ts';
import { findImage, rootId } from '../../../src/images/store/stored-image.ts';
import { verifyImage } from '../../../src/images/store/verify.ts';
import { isNightly } from '../../patience.ts';
import { archive, file } from '../tar/archive.ts';
import { collected, namesIn, reference, removed, withStore } from '../with-store.ts';

const [SHARED, OWN] = ['shared', 'own'].map((name) => archive(file(name, name)));

test(
  'what no image needs any more is collected, and what another image needs stays',
  withStore(async (t, { store, layout }) => {
    const { source, made } = await layout(
      { name: 'one:1', layers: [SHARED!, OWN!] },
      { name: 'two:2', layers: [SHARED!] },
    );
    await fetchImage(store, source, reference('one:1'));
    const two = await fetchImage(store, source, reference('two:2'));
    t.deepEqual(await collected(store), []);
    const [{ images, name }] = meantBy(store, 'one:1') as [ReturnType<typeof meantBy>[number]];
    t.is(name, 'docker.io/library/one:1');
    await removed(store, images[0]);
    // Its manifest and configuration, a layer, and what is known of that.
    t.is((await collected(store)).length, 4);
    t.is(findImage(store, reference('one:1')), undefined);
    t.deepEqual(findImage(store, reference('two:2')), two);
    t.false(existsSync(store.tar(made[0]!.diffIds[1]!)));
    t.deepEqual(await verifyImage(store, two.digest, new Map()), []);
    await emptyTrash(store);
    t.deepEqual(namesIn(store.trash), []);
    // Neither a file nor a directory of the removed name is left.
    t.deepEqual(readdirSync(`${store.refs}/docker.io/library`), ['two']);
  }),
);

test(
  'what a container, a root or a running fetch uses stays without an image, and so does a download of today',
  withStore(async (t, { store, layout }) => {
    const { source } = await layout({ name: 'one:1', layers: [SHARED!, OWN!] });
    const image = await fetchImage(store, source, reference('one:1'));
    await removed(store, image);
    const everything = [image.digest, image.id, ...image.layers];
    // Red without: the digits of `used` in neededIn of collect.ts.
    const facts = await collected(
      store,
      everything.map((each) => each.slice(7)),
    );
    t.deepEqual(facts, [], 'what is known of the layers as they were served stays as long as they do');
    t.true(image.layers.every((layer) => existsSync(store.tar(layer))));
    const lease = await hold(store, everything);
    // Red without: heldDigests.
    t.deepEqual(await collected(store), []);
    t.true(image.layers.every((layer) => existsSync(store.tar(layer))));
    lease.release();
    const [young, old] = [store.part(image.digest), store.part(image.id)];
    for (const path of [young, old]) writeFileSync(path, 'part');
    const yesterday = Date.now() / 1000 - 2 * 86_400;
    utimesSync(old, yesterday, yesterday);
    await collected(store);
    t.deepEqual(namesIn(store.layers), []);
    t.deepEqual([existsSync(young), existsSync(old)], [true, false]);
    t.regex(rootId(image.layers), /^[0-9a-f]{64}$/);
  }),
);

// Red without: removeEntry in emptyTrash, as fs.rm needs paths that PATH_MAX allows.
test(
  'a layer of a file below more levels than a path can have is collected and freed',
  withStore(async (t, { store, directory }) => {
    const tar = `${directory('deep')}/layer.tar`;
    writeFileSync(tar, archive(file(`${'deep/'.repeat(isNightly ? 3000 : 1000)}file`, 'content')));
    await extractLayer({ archive: tar, directory: `${store.layers}/${'a'.repeat(64)}`, below: [] });
    writeFileSync(`${store.trash}/file`, 'content');
    await collected(store);
    t.deepEqual(namesIn(store.layers), []);
    t.is(namesIn(store.trash).length, 2);
    await emptyTrash(store);
    t.deepEqual(namesIn(store.trash), []);
  }),
);

test(
  'the lease of a process that is gone holds nothing',
  withStore(async (t, { store, layout }) => {
    const { source } = await layout({ name: 'one:1', layers: [OWN!] });
    const image = await fetchImage(store, source, reference('one:1'));
    writeFileSync(`${store.leases}/1-dead`, [image.digest, image.id, ...image.layers].join('\n'));
    await removed(store, image);
    await collected(store);
    t.deepEqual(namesIn(store.layers), []);
    t.deepEqual(namesIn(store.leases), []);
  }),
);

test(
  'verification finds bytes of a layer that have changed, and blobs that are gone',
  withStore(async (t, { store, layout }) => {
    const { source } = await layout({ name: 'one:1', layers: [SHARED!, OWN!] });
    const image = await fetchImage(store, source, reference('one:1'));
    const root = store.root(rootId(image.layers));
    mkdirSync(root);
    await buildRoot('erofs', image.layers.map(store.tar), root);
    t.deepEqual(await verifyImage(store, image.digest, new Map()), []);
    const meta = readFileSync(`${root}/meta.erofs`);
    // Red without: verifyRoot of verify.ts.
    writeFileSync(`${root}/meta.erofs`, meta.fill(1, 2000, 2001));
    t.regex((await verifyImage(store, image.digest, new Map()))[0]?.is ?? '', /meta\.erofs has changed/);
    t.deepEqual(namesIn(store.ingest), []);
    writeFileSync(store.tar(image.layers[1]!), SHARED!);
    writeFileSync(store.blob(image.id), '{}');
    const faults = await verifyImage(store, image.digest, new Map());
    t.deepEqual(
      faults.map(({ digest, is }) => [digest, is.slice(0, 11)]),
      [
        [image.id, 'is missing '],
        [image.layers[1], 'has changed'],
      ],
    );
  }),
);

// Red without: UNFINISHED in `everything` of collect.ts.
test(
  'what killed processes have left unfinished goes after a day, wherever it is',
  withStore(async (t, { store, layout }) => {
    const { source } = await layout({ name: 'one:1', layers: [OWN!] });
    const image = await fetchImage(store, source, reference('one:1'));
    const hex = image.layers[0]!.slice(7);
    const left = [
      store.image(image.digest),
      store.blob(image.id),
      `${store.refs}/docker.io/library/one/_tags/1.json`,
      `${store.layers}/${hex}-0123456789abcdef`,
    ].map((path) => `${path}.abc.new`);
    for (const path of left) writeFileSync(path, 'half');
    t.deepEqual(await collected(store), [], 'a process may still write it');
    const long = Date.now() / 1000 - 2 * 86_400;
    for (const path of left) utimesSync(path, long, long);
    t.is((await collected(store)).length, left.length);
    t.deepEqual(
      left.filter((path) => existsSync(path)),
      [],
    );
    t.deepEqual(findImage(store, reference('one:1')), image);
  }),
);
