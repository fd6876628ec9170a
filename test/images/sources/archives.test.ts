import { execFileSync } from 'node:child_process';
import { createReadStream, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import test from 'ava';
import { digestOf } from '../../../src/images/digest.ts';
import { fetchImage } from '../../../src/images/fetch.ts';
import type { OpenedArchive } from '../../../src/images/sources/open-archive.ts';
import { openArchive } from '../../../src/images/sources/open-archive.ts';
import type { Store } from '../../../src/images/store/store.ts';
import { archive, directory, file } from '../tar/archive.ts';
import { namesIn, reference, withStore } from '../with-store.ts';

const LAYER = archive(file('a', 'content'));
const OTHER = archive(directory('b'), file('b/c', 'x'.repeat(5000)));

const load = async (store: Store, { source, close }: OpenedArchive) => {
  const images = [];
  for (const { which, name } of source.offered)
    images.push(await fetchImage(store, source, name === undefined ? undefined : reference(name), { which }));
  await close();
  return images;
};

test(
  'an archive of an OCI layout has the images of the layout, compressed or not, and from the standard input',
  withStore(async (t, { store, layout, directory: made }) => {
    const { directory, made: images } = await layout(
      { name: 'app:1', layers: [LAYER, OTHER] },
      { layers: [OTHER] },
    );
    const path = join(made('archives'), 'layout.tar');
    execFileSync('tar', ['-cf', path, '-C', directory, '.']);
    const compressed = `${path}.gz`;
    writeFileSync(compressed, gzipSync(readFileSync(path)));
    for (const input of [directory, path, compressed, createReadStream(path), createReadStream(compressed)]) {
      const loaded = await load(store, await openArchive(store, input));
      t.deepEqual(
        loaded.map(({ digest }) => digest),
        images.map(({ descriptor }) => descriptor.digest),
      );
      t.deepEqual(
        loaded.map(({ references }) => references),
        [['docker.io/library/app:1'], []],
      );
      t.deepEqual(namesIn(store.ingest), []);
    }
  }),
);

for (const isCompressed of [false, true])
  test(
    `an archive of docker save gives its images their names, with ${isCompressed ? 'compressed' : 'plain'} layers`,
    withStore(async (t, { store, directory }) => {
      const saved = directory('saved');
      const [first, second] = [directory('saved/one'), directory('saved/two')];
      const written = (bytes: Buffer) => (isCompressed ? gzipSync(bytes) : bytes);
      writeFileSync(join(first, 'layer.tar'), written(LAYER));
      writeFileSync(join(saved, 'other.tar'), written(OTHER));
      // As Docker before version 25 has it.
      symlinkSync('../one/layer.tar', join(second, 'layer.tar'));
      const config = (...diffIds: readonly string[]) =>
        JSON.stringify({
          os: 'linux',
          architecture: 'amd64',
          config: { Cmd: ['a'] },
          rootfs: { diff_ids: diffIds },
        });
      writeFileSync(join(saved, 'one.json'), config(digestOf(LAYER), digestOf(OTHER)));
      writeFileSync(join(saved, 'two.json'), config(digestOf(LAYER)));
      const manifest = [
        { Config: 'one.json', RepoTags: ['app:1', 'app:2'], Layers: ['one/layer.tar', 'other.tar'] },
        { Config: 'two.json', RepoTags: null, Layers: ['two/layer.tar'] },
      ];
      writeFileSync(join(saved, 'manifest.json'), JSON.stringify(manifest));
      const path = join(directory('archives'), 'saved.tar');
      execFileSync('tar', ['-cf', path, '-C', saved, '.']);
      const [one, two, three] = await load(store, await openArchive(store, path));
      t.deepEqual(one?.layers, [digestOf(LAYER), digestOf(OTHER)]);
      t.is(one?.id, digestOf(Buffer.from(config(digestOf(LAYER), digestOf(OTHER)))));
      t.is(two?.digest, one?.digest);
      t.deepEqual(two?.references, ['docker.io/library/app:2']);
      t.deepEqual([three?.layers, three?.references], [[digestOf(LAYER)], []]);
      t.deepEqual(readFileSync(store.tar(digestOf(OTHER))), OTHER);
      writeFileSync(join(saved, 'manifest.json'), '[{"Config": 1}]');
      execFileSync('tar', ['-cf', path, '-C', saved, '.']);
      await t.throwsAsync(openArchive(store, path), { message: /manifest\.json is invalid/ });
    }),
  );

test(
  'an archive of a root directory is an image of one layer, the same one each time',
  withStore(async (t, { store, directory }) => {
    const path = join(directory('archives'), 'root.tar.gz');
    writeFileSync(path, gzipSync(OTHER));
    const opened = await openArchive(store, path);
    t.true(opened.isRoot);
    const [image] = await load(store, opened);
    t.deepEqual(image?.layers, [digestOf(OTHER)]);
    const [again] = await load(store, await openArchive(store, createReadStream(path)));
    t.is(again?.digest, image?.digest);
    t.deepEqual(namesIn(store.ingest), []);
  }),
);

test(
  'what is no archive is refused, and nothing of it is left',
  withStore(async (t, { store, directory }) => {
    const path = join(directory('archives'), 'text');
    writeFileSync(path, 'x'.repeat(2000));
    await t.throwsAsync(openArchive(store, path), { message: /checksum/ });
    await t.throwsAsync(openArchive(store, createReadStream(path)), { message: /checksum/ });
    writeFileSync(path, gzipSync(OTHER).subarray(0, -12));
    await t.throwsAsync(openArchive(store, path), { message: /cannot be decompressed/ });
    t.deepEqual(namesIn(store.ingest), []);
  }),
);
