import { execFileSync } from 'node:child_process';
import {
  createReadStream,
  promises,
  readFileSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { gzipSync } from 'node:zlib';
import test from 'ava';
import { Problem } from '../../../src/base/diagnostic.ts';
import { fetchImage } from '../../../src/images/fetch/fetch.ts';
import { digestOf } from '../../../src/images/model/digest.ts';
import { archiveFiles } from '../../../src/images/sources/archive-files.ts';
import { layoutDirectory } from '../../../src/images/sources/layout-directory.ts';
import type { OpenedArchive } from '../../../src/images/sources/open-archive.ts';
import { openArchive } from '../../../src/images/sources/open-archive.ts';
import type { Store } from '../../../src/images/store/store.ts';
import { eventually } from '../../scenarios/harness/eventually.ts';
import { blobFile } from '../make-layout.ts';
import { archive, directory, file, link, memberBytes } from '../tar/archive.ts';
import { namesIn, openFiles, reference, withStore } from '../with-store.ts';

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

/** `d/000000`, `d/000001`, …: the header of the first, with another name and the checksum of that. */
const emptyFiles = (count: number): Buffer => {
  const first = memberBytes(file('d/000000'));
  const sum = Number.parseInt(first.toString('latin1', 148, 154), 8);
  const bytes = Buffer.alloc(first.length * count, first);
  for (let index = 0; index < count; index++) {
    const digits = `${index}`.padStart(6, '0');
    const more = [...digits].reduce((total, digit) => total + Number(digit), 0);
    bytes.write(digits, index * first.length + 2);
    bytes.write((sum + more).toString(8).padStart(6, '0'), index * first.length + 148);
  }
  return bytes;
};

// Red without: MOST in archive-files.ts, as all names of a root of a million files are in memory.
test(
  'an archive with more files than an archive of images has is one of a root directory, or refused',
  withStore(async (t, { store, directory }) => {
    const path = join(directory('archives'), 'root.tar');
    const many = emptyFiles(100_001);
    writeFileSync(path, Buffer.concat([many, archive()]));
    t.true((await openArchive(store, path)).isRoot);
    t.is((await archiveFiles(path)).size('d/100000'), undefined);
    writeFileSync(path, Buffer.concat([many, archive(file('manifest.json', '[]'))]));
    await t.throwsAsync(openArchive(store, path), { message: /has fewer than 100000 files/ });
  }),
);

// Red without: either `isArray` in open-archive.ts; a web application has such files of its own.
test(
  'a root directory with a manifest.json or an index.json that lists no images is an archive of a root directory',
  withStore(async (t, { store, directory }) => {
    const path = join(directory('archives'), 'root.tar');
    for (const content of ['{"name": "app", "icons": []}', 'null', '"text"', '{"manifests": {}}']) {
      writeFileSync(path, archive(file('manifest.json', content), file('index.json', content)));
      t.true((await openArchive(store, path)).isRoot, content);
    }
    writeFileSync(path, archive(file('index.json', '{}'), file('oci-layout', '{}')));
    await t.throwsAsync(openArchive(store, path), { instanceOf: Problem });
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
    const refused = await t.throwsAsync(openArchive(store, path), {
      instanceOf: Problem,
      message: /checksum/,
    });
    t.like(refused!.diagnostics[0], {
      code: 'bad-archive',
      facts: [
        ['from', path],
        ['offset', '0 bytes'],
      ],
    });
    t.regex(refused!.diagnostics[0]!.help!, /archive of `docker save`/);
    await t.throwsAsync(openArchive(store, `${path}/none`), { message: `file not found: ${path}/none` });
    const empty = directory('empty');
    await t.throwsAsync(openArchive(store, empty), { message: /holds no images/ });
    await t.throwsAsync(openArchive(store, createReadStream(path)), { message: /checksum/ });
    writeFileSync(path, gzipSync(OTHER).subarray(0, -12));
    await t.throwsAsync(openArchive(store, path), { message: /cannot be decompressed/ });
    t.deepEqual(namesIn(store.ingest), []);
  }),
);

test(
  'a name that is a tag alone names no image; a whole one does, in the file of any program',
  withStore(async (t, { layout }) => {
    const { directory } = await layout({ layers: [LAYER] }, { layers: [OTHER] }, { layers: [LAYER, OTHER] });
    const path = join(directory, 'index.json');
    const index = JSON.parse(readFileSync(path, 'utf8'));
    const names = ['1', 'app:1', 'docker.io/library/app'];
    // Red without: wholeName of layout.ts.
    for (const [at, name] of names.entries())
      index.manifests[at].annotations = { 'org.opencontainers.image.ref.name': name };
    writeFileSync(path, JSON.stringify(index));
    const source = await layoutDirectory(directory);
    t.deepEqual(
      source.offered.map(({ name }) => name),
      [undefined, 'app:1', 'docker.io/library/app'],
    );
    t.truthy(await source.manifest('1'), 'the tag finds it all the same');
  }),
);

/** Links in an archive, and the file of it that they mean. */
const links: readonly (readonly [
  type: 'symlink' | 'hardlink',
  at: string,
  link: string,
  isFound: boolean,
])[] = [
  ['symlink', 'two/layer.tar', '../one/layer.tar', true],
  ['symlink', 'two/layer.tar', '/one/layer.tar', true],
  ['symlink', 'two/layer.tar', '../../../one/./layer.tar', true],
  ['hardlink', 'two/layer.tar', './one/layer.tar', true],
  // A link is no URL.
  ['symlink', 'two/layer.tar', 'http://h/../../../one/layer.tar', true],
  ['symlink', 'two/layer.tar', '//one/layer.tar', true],
  ['symlink', 'two/layer.tar', '../one/layer.tar?', false],
  ['symlink', 'two/layer.tar', '../one/layer%2etar', false],
  ['symlink', 'two/layer.tar', '..\\one\\layer.tar', false],
  ['symlink', 'two/layer.tar', 'layer.tar', false],
];

// Red without: plainPath and beside of archive-files.ts.
test(
  'links in an archive lead to its files by their bytes',
  withStore(async (t, { directory }) => {
    for (const [type, at, target, isFound] of links) {
      const path = join(directory('links'), 'archive.tar');
      writeFileSync(path, archive(file('./one/layer.tar', 'content'), link(at, target, type)));
      const files = await archiveFiles(path);
      t.is(files.has(at), isFound, `${type} ${target}`);
      t.is(String(await files.read(at)), isFound ? 'content' : 'undefined');
    }
  }),
);

// Red without: addAbortSignal in open-archive.ts.
test(
  'an interruption ends the reading of an archive that does not come, and leaves nothing',
  withStore(async (t, { store }) => {
    const stop = new AbortController();
    const opening = openArchive(store, new PassThrough(), stop.signal);
    stop.abort(new Error('SIGINT'));
    await t.throwsAsync(opening);
    const begun = new PassThrough();
    begun.write(Buffer.alloc(100_000));
    const next = new AbortController();
    const unpacking = openArchive(store, begun, next.signal);
    next.abort(new Error('SIGINT'));
    await t.throwsAsync(unpacking);
    t.deepEqual(namesIn(store.ingest), []);
  }),
);

// Red without: isFile in openArchive.
test(
  'an archive comes from a pipe with a name, too',
  withStore(async (t, { store, directory }) => {
    const pipe = join(directory('pipes'), 'pipe');
    execFileSync('mkfifo', [pipe]);
    const writing = promises.writeFile(pipe, gzipSync(OTHER));
    const [image] = await load(store, await openArchive(store, pipe));
    await writing;
    t.deepEqual(image?.layers, [digestOf(OTHER)]);
  }),
);

// Red without: the `finally` of openingOf in open-stream.ts.
test(
  'what is compressed with an unknown program is refused, and no descriptor stays open',
  withStore(async (t, { store, directory, layout }) => {
    const bytes = Buffer.concat([Buffer.from('BZh91AY&SY'), Buffer.alloc(5_000_000, 1)]);
    const path = join(directory('archives'), 'app.tar.bz2');
    writeFileSync(path, bytes);
    await t.throwsAsync(openArchive(store, createReadStream(path)), { message: /bzip2/ });
    const { source } = await layout({ name: 'app:1', layers: [bytes], isCompressed: false });
    await t.throwsAsync(fetchImage(store, source, reference('app:1')), { message: /bzip2/ });
    await eventually('the files are closed', () => openFiles(store.ingest, path).length === 0);
    t.deepEqual(openFiles(store.ingest, path), []);
  }),
);

for (const [program, ending] of [
  ['gzip', 'gz'],
  ['zstd', 'zst'],
] as const)
  test(
    `an archive that ${program} has made of very much is refused before it fills the disk`,
    withStore(async (t, { store, directory: made }) => {
      const path = join(made('archives'), `bomb.tar.${ending}`);
      const input = archive(file('zeros', '\0'.repeat(4_000_000)));
      writeFileSync(path, execFileSync(program, ['-c'], { input }));
      const largest = (compressed: number): number => compressed * 200;
      for (const from of [path, createReadStream(path)])
        await t.throwsAsync(openArchive(store, from, undefined, largest), {
          message: /^the archive has .*, and more than .* come out of it$/,
        });
      t.deepEqual(namesIn(store.ingest), []);
      const opened = await openArchive(store, path);
      t.true(opened.isRoot);
      await opened.close();
    }),
  );

// Red without: the look at the kind of file in layout-directory.ts, or its flag against waiting; LARGEST there.
test(
  'of a layout only files are read: a pipe keeps nobody waiting, and a device or an endless index ends',
  withStore(async (t, { store, layout }) => {
    const spoiled = async (spoil: (paths: { index: string; layer: string }) => void): Promise<unknown> => {
      const { directory, made } = await layout({ name: 'app:1', layers: [LAYER] });
      const index = join(directory, 'index.json');
      spoil({ index, layer: blobFile(directory, made[0]!.layers[0]!.digest) });
      return (async () => load(store, await openArchive(store, directory)))();
    };
    const replaced = (path: string, ...command: readonly [string, ...string[]]): void => {
      unlinkSync(path);
      execFileSync(command[0], command.slice(1));
    };
    const isNoFile = {
      instanceOf: Problem,
      message: /^(index\.json|blobs\/sha256\/[0-9a-f]+) in it is no file$/,
    };
    for (const which of ['index', 'layer'] as const) {
      await t.throwsAsync(
        spoiled((at) => replaced(at[which], 'mkfifo', at[which])),
        isNoFile,
      );
      await t.throwsAsync(
        spoiled((at) => replaced(at[which], 'ln', '-s', '/dev/zero', at[which])),
        isNoFile,
      );
      await t.throwsAsync(
        spoiled((at) => replaced(at[which], 'mkdir', at[which])),
        isNoFile,
      );
    }
    await t.throwsAsync(
      spoiled(({ index }) => truncateSync(index, 2 ** 40)),
      { message: 'index.json in it has 1099511627776 bytes' },
    );
  }),
);
