import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import test from 'ava';
import { extractLayer } from '../../../src/images/directory/extract.ts';
import { fetchImage } from '../../../src/images/fetch.ts';
import { buildRoot } from '../../../src/images/root/build.ts';
import { collect, emptyTrash } from '../../../src/images/store/collect.ts';
import { hold } from '../../../src/images/store/lease.ts';
import { forget, meantBy, untag } from '../../../src/images/store/remove.ts';
import { findImage, rootId } from '../../../src/images/store/stored-image.ts';
import { verifyImage } from '../../../src/images/store/verify.ts';
import { archive, file } from '../tar/archive.ts';
import { namesIn, reference, withStore } from '../with-store.ts';

const [SHARED, OWN] = ['shared', 'own'].map((name) => archive(file(name, name)));
const NOBODY: ReadonlySet<string> = new Set();

test(
  'what no image needs any more is collected, and what another image needs stays',
  withStore(async (t, { store, layout }) => {
    const { source, made } = await layout(
      { name: 'one:1', layers: [SHARED!, OWN!] },
      { name: 'two:2', layers: [SHARED!] },
    );
    await fetchImage(store, source, reference('one:1'));
    const two = await fetchImage(store, source, reference('two:2'));
    t.is(await collect(store, NOBODY), 0);
    const [{ image, name }] = meantBy(store, 'one:1') as [ReturnType<typeof meantBy>[number]];
    t.is(name, 'docker.io/library/one:1');
    untag(store, [name!]);
    await forget(store, image.digest);
    t.true((await collect(store, NOBODY)) > OWN!.length);
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
    untag(store, image.references);
    await forget(store, image.digest);
    const everything = [image.digest, image.id, ...image.layers];
    // Red without: the digits of `used` in neededIn of collect.ts.
    t.true((await collect(store, new Set(everything.map((each) => each.slice(7))))) < SHARED!.length);
    t.true(image.layers.every((layer) => existsSync(store.tar(layer))));
    const lease = await hold(store, everything);
    // Red without: heldDigests.
    t.is(await collect(store, NOBODY), 0);
    t.true(image.layers.every((layer) => existsSync(store.tar(layer))));
    lease.release();
    const [young, old] = [store.part(image.digest), store.part(image.id)];
    for (const path of [young, old]) writeFileSync(path, 'part');
    const yesterday = Date.now() / 1000 - 2 * 86_400;
    utimesSync(old, yesterday, yesterday);
    await collect(store, NOBODY);
    t.deepEqual(namesIn(store.layers), []);
    t.deepEqual([existsSync(young), existsSync(old)], [true, false]);
    t.regex(rootId(image.layers), /^[0-9a-f]{64}$/);
  }),
);

// Red without: removeEntry in emptyTrash, as fs.rm needs paths that PATH_MAX allows.
test(
  'a layer of files in 3,000 levels of directories is collected and freed',
  withStore(async (t, { store, directory }) => {
    const tar = `${directory('deep')}/layer.tar`;
    writeFileSync(tar, archive(file(`${'d/'.repeat(3000)}file`, 'content')));
    await extractLayer({ archive: tar, directory: `${store.layers}/${'a'.repeat(64)}`, below: [] });
    writeFileSync(`${store.trash}/file`, 'content');
    await collect(store, NOBODY);
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
    untag(store, image.references);
    await forget(store, image.digest);
    await collect(store, NOBODY);
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
