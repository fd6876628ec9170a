import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import test from 'ava';
import { type Diagnostic, Problem } from '../../../src/base/diagnostic.ts';
import { fetchImage } from '../../../src/images/fetch/fetch.ts';
import type { Descriptor } from '../../../src/images/model/descriptor.ts';
import { digestOf } from '../../../src/images/model/digest.ts';
import type { Source } from '../../../src/images/model/source.ts';
import { discardParts, partLock } from '../../../src/images/store/download.ts';
import { lock } from '../../../src/images/store/lock.ts';
import { largestContent } from '../../../src/images/store/plain-bytes.ts';
import { readRef } from '../../../src/images/store/refs.ts';
import { findImage, imagesById, listImages } from '../../../src/images/store/stored-image.ts';
import { blobFile, writeBlob } from '../make-layout.ts';
import { archive, file } from '../tar/archive.ts';
import { counting, namesIn, reference, withStore } from '../with-store.ts';

const SMALL = archive(file('a', 'content'));
const RANDOM = archive(file('random', randomBytes(300_000).toString('latin1')));

test(
  'an image is in the store afterwards: plain layers by their diff IDs, and blobs as they were served',
  withStore(async (t, { store, layout }) => {
    const { source, made, directory } = await layout({
      name: 'app:1',
      layers: [SMALL, RANDOM],
      config: { Cmd: ['sh'] },
    });
    t.is(statSync(store.directory).mode & 0o777, 0o700);
    t.is(findImage(store, reference('app:1')), undefined);
    const image = await fetchImage(store, source, reference('app:1'));
    t.deepEqual(findImage(store, reference('app:1')), image);
    t.like(image, {
      digest: made[0]!.descriptor.digest,
      id: made[0]!.config.digest,
      layers: made[0]!.diffIds,
      size: SMALL.length + RANDOM.length,
      created: '2024-02-29T12:00:00Z',
      references: ['docker.io/library/app:1'],
    });
    t.deepEqual(image.config.command, ['sh']);
    t.true(RANDOM.equals(readFileSync(store.tar(made[0]!.diffIds[1]!))));
    for (const { digest } of [made[0]!.descriptor, made[0]!.config])
      t.true(readFileSync(store.blob(digest)).equals(readFileSync(blobFile(directory, digest))));
    for (const part of ['ingest', 'locks', 'leases'] as const) t.deepEqual(namesIn(store[part]), []);
    t.deepEqual(
      imagesById(store, image.id.slice('sha256:'.length, 20)).map(({ digest }) => digest),
      [image.digest],
    );
  }),
);

test(
  'layers that are there already are not fetched, whatever their compression',
  withStore(async (t, { store, layout }) => {
    const first = await layout({ name: 'app:1', layers: [RANDOM] });
    await fetchImage(store, first.source, reference('app:1'));
    const second = await layout({ name: 'app:2', layers: [RANDOM, SMALL], isCompressed: false });
    const source = counting(second.source);
    const phases: string[] = [];
    await fetchImage(store, source, reference('app:2'), {
      onEvent: ({ layer, phase }) => phases.push(`${second.made[0]!.diffIds.indexOf(layer)} ${phase}`),
    });
    t.is(source.requests.get(second.made[0]!.layers[0]!.digest), undefined);
    t.true(phases.includes('0 exists'));
    t.true(phases.includes('1 complete'));
    t.is(listImages(store).length, 2);
  }),
);

for (const many of [2, 10])
  test(
    `${many} fetches at once fetch each layer once`,
    withStore(async (t, { store, layout }) => {
      const { source, made } = await layout({ name: 'app:1', layers: [RANDOM, SMALL] });
      const counted = counting(source);
      await Promise.all(
        Array.from({ length: many }, (_, index) =>
          fetchImage(store, counted, reference(`app:${index}`), { which: '1' }),
        ),
      );
      // Red without: the lock in fetchMissing of fetch.ts.
      for (const { digest, size } of made[0]!.layers) t.is(counted.bytes.get(digest) ?? 0, size);
      t.is(listImages(store)[0]!.references.length, many);
    }),
  );

test(
  'a download that was cut goes on where it ended, and an image that is not complete is none',
  withStore(async (t, { store, layout }) => {
    const { source, made } = await layout({ name: 'app:1', layers: [RANDOM, SMALL] });
    const layer = made[0]!.layers[0]!;
    async function* half(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
      for await (const chunk of chunks) {
        yield chunk.subarray(0, chunk.length / 2);
        throw new Error('cut');
      }
    }
    const cut = counting(source, (chunks, digest) => (digest === layer.digest ? half(chunks) : chunks));
    await t.throwsAsync(fetchImage(store, cut, reference('app:1')), { message: 'cut' });
    t.is(findImage(store, reference('app:1')), undefined);
    t.is(statSync(store.part(layer.digest)).size, cut.bytes.get(layer.digest) ?? 0);
    const rest = counting(source);
    await fetchImage(store, rest, reference('app:1'));
    // Red without: the bytes that `download` reads from its part.
    t.is((cut.bytes.get(layer.digest) ?? 0) + (rest.bytes.get(layer.digest) ?? 0), layer.size);
    t.true(RANDOM.equals(readFileSync(store.tar(made[0]!.diffIds[0]!))));
    t.deepEqual(namesIn(store.ingest), []);
  }),
);

test(
  'a signal ends a fetch and keeps what came',
  withStore(async (t, { store, layout }) => {
    const { source, made } = await layout({ name: 'app:1', layers: [RANDOM] });
    const stop = new AbortController();
    async function* slow(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
      for await (const chunk of chunks)
        for (let at = 0; at < chunk.length; at += 1000) yield chunk.subarray(at, at + 1000);
    }
    const sliced = counting(source, slow);
    const fetching = fetchImage(store, sliced, reference('app:1'), {
      signal: stop.signal,
      onEvent: ({ done }) => done > 50_000 && stop.abort(new Error('enough')),
    });
    await t.throwsAsync(fetching, { message: 'enough' });
    const kept = statSync(store.part(made[0]!.layers[0]!.digest)).size;
    t.true(kept > 50_000 && kept < 60_000, `${kept}`);
  }),
);

// Red without: isLocal in fetchOnce.
for (const isCompressed of [true, false])
  test(
    `of a source on this machine nothing is kept, ${isCompressed ? 'compressed' : 'plain'}`,
    withStore(async (t, { store, layout }) => {
      const { local, made } = await layout({ name: 'app:1', layers: [RANDOM], isCompressed });
      const layer = made[0]!.layers[0]!;
      writeFileSync(store.part(layer.digest), await firstBytes(local, layer, 1000));
      const seen = counting(local, async function* (chunks) {
        yield* chunks;
        t.is(statSync(store.part(layer.digest)).size, 1000);
      });
      await fetchImage(store, seen, reference('app:1'));
      t.is(seen.bytes.get(layer.digest), layer.size);
      t.true(RANDOM.equals(readFileSync(store.tar(made[0]!.diffIds[0]!))));
      t.deepEqual(namesIn(store.ingest), []);
    }),
  );

test(
  'what an interruption left is begun again if it is not the beginning of the layer',
  withStore(async (t, { store, layout }) => {
    const { source, made } = await layout({ name: 'app:1', layers: [RANDOM, SMALL] });
    const [large, small] = made[0]!.layers;
    writeFileSync(store.part(large!.digest), randomBytes(1000));
    writeFileSync(store.part(small!.digest), randomBytes(small!.size + 1));
    await fetchImage(store, source, reference('app:1'));
    t.true(RANDOM.equals(readFileSync(store.tar(made[0]!.diffIds[0]!))));
    t.deepEqual(namesIn(store.ingest), []);
  }),
);

test(
  'a source that cannot go on in the middle begins again',
  withStore(async (t, { store, layout }) => {
    const { source, made } = await layout({ name: 'app:1', layers: [RANDOM] });
    const layer = made[0]!.layers[0]!;
    writeFileSync(store.part(layer.digest), await firstBytes(source, layer, 1000));
    let discarded = 0;
    const always = {
      ...source,
      blob: async (which: typeof layer) => ({
        ...(await source.blob(which, 0)),
        discard: () => void discarded++,
      }),
    };
    await fetchImage(store, always, reference('app:1'));
    // Red without: discard in download.ts.
    t.is(discarded, 1);
    t.true(RANDOM.equals(readFileSync(store.tar(made[0]!.diffIds[0]!))));
  }),
);

const firstBytes = async (source: Source, layer: Descriptor, count: number): Promise<Buffer> => {
  for await (const chunk of (await source.blob(layer, 0)).chunks) return chunk.subarray(0, count);
  return Buffer.alloc(0);
};

for (const [what, damage, message] of [
  ['has other bytes', (bytes: Buffer) => bytes.fill(7, 1000, 1010), /diff|digest|decompressed/],
  ['is longer', (bytes: Buffer) => Buffer.concat([bytes, Buffer.from('x')]), /longer than/],
  ['is shorter', (bytes: Buffer) => bytes.subarray(0, -1), /ended after/],
] as const)
  for (const [isCompressed, isLocal] of [
    [true, false],
    [false, false],
    [true, true],
    [false, true],
  ] as const)
    test(
      `a layer that ${what} than its digest says is refused, ${isCompressed ? 'compressed' : 'plain'}${isLocal ? ', of this machine' : ''}`,
      withStore(async (t, { store, layout }) => {
        const image = { name: 'app:1', layers: [RANDOM], isCompressed };
        const { made, directory, ...sources } = await layout(image);
        const source = isLocal ? sources.local : sources.source;
        const layer = blobFile(directory, made[0]!.layers[0]!.digest);
        const good = readFileSync(layer);
        writeFileSync(layer, damage(Buffer.from(good)));
        const error = await t.throwsAsync(fetchImage(store, source, reference('app:1')), {
          instanceOf: Problem,
          message,
        });
        t.is(error?.diagnostics[0]?.code, 'damaged-image');
        t.is(findImage(store, reference('app:1')), undefined);
        t.deepEqual(namesIn(store.layers), []);
        // Nothing wrong is left to go on with.
        writeFileSync(layer, good);
        await fetchImage(store, source, reference('app:1'));
        t.true(RANDOM.equals(readFileSync(store.tar(made[0]!.diffIds[0]!))));
      }),
    );

test(
  'a layer with another content than the configuration says is refused, and so is a manifest that its digest does not say',
  withStore(async (t, { store, layout }) => {
    const { source, made, directory } = await layout({ name: 'app:1', layers: [SMALL] });
    const { config, layers } = made[0]!;
    const lie = JSON.parse(readFileSync(blobFile(directory, config.digest), 'utf8'));
    lie.rootfs.diff_ids = [digestOf(RANDOM)];
    const other = writeBlob(directory, config.mediaType, JSON.stringify(lie));
    const manifest = JSON.stringify({ schemaVersion: 2, config: other, layers });
    const { digest } = writeBlob(directory, 'application/vnd.oci.image.manifest.v1+json', manifest);
    const options = { which: digest };
    await t.throwsAsync(fetchImage(store, source, undefined, options), { message: /another content/ });
    writeFileSync(blobFile(directory, digest), manifest.replace('{', '{ '));
    await t.throwsAsync(fetchImage(store, source, undefined, options), { message: /digest promises/ });
    t.deepEqual(namesIn(store.layers), []);
    t.deepEqual(namesIn(store.ingest), []);
  }),
);

// Red without: the comparison of platforms in fetchImage.
test(
  'the only image of a name is used for every platform, with one warning',
  withStore(async (t, { store, layout }) => {
    const { source, made } = await layout({
      name: 'app:1',
      layers: [SMALL],
      platform: { os: 'linux', architecture: 's390x' },
    });
    const warnings: Diagnostic[] = [];
    const fetched = await fetchImage(store, source, reference('app:1'), {
      onWarning: (warning) => warnings.push(warning),
    });
    t.is(fetched.digest, made[0]!.descriptor.digest);
    t.is(fetched.platform, 'linux/s390x');
    t.is(warnings.length, 1);
    t.regex(warnings[0]!.message, /^`app:1` is for linux\/s390x, and linux\/\S+ was wanted$/);
    await fetchImage(store, source, reference('app:1'), {
      platform: { os: 'linux', architecture: 's390x' },
      onWarning: (warning) => warnings.push(warning),
    });
    t.is(warnings.length, 1);
  }),
);

test(
  'a small layer that fills a disk is refused before it does',
  withStore(async (t, { store, layout }) => {
    const { source } = await layout({ name: 'bomb:1', layers: [Buffer.alloc(2_000_000)] });
    const largest = (compressed: number): number => Math.min(largestContent(compressed), compressed * 100);
    t.is(largestContent(10), 2 ** 30);
    t.is(largestContent(2 ** 30), 200 * 2 ** 30);
    await t.throwsAsync(fetchImage(store, source, reference('bomb:1'), { largest }), {
      message: /more than .*kB come out/,
    });
    t.deepEqual(namesIn(store.ingest), []);
  }),
);

test(
  'a layer that somebody removed from the store is fetched again',
  withStore(async (t, { store, layout }) => {
    const { source, made } = await layout({ name: 'app:1', layers: [SMALL] });
    await fetchImage(store, source, reference('app:1'));
    const ref = readRef(store, reference('app:1'));
    t.is(ref?.target, made[0]!.descriptor.digest);
    truncateSync(store.blob(made[0]!.config.digest), 3);
    t.is(findImage(store, reference('app:1')), undefined);
    await fetchImage(store, source, reference('app:1'));
    t.truthy(findImage(store, reference('app:1')));
  }),
);

// Red without: lockIfFree in discardParts.
test(
  'what another process downloads at this moment is not discarded',
  withStore(async (t, { store, layout }) => {
    const { made } = await layout({ name: 'app:1', layers: [SMALL] });
    const { layers } = made[0]!;
    const part = store.part(layers[0]!.digest);
    writeFileSync(part, 'begun');
    const turn = await lock(store, partLock(layers[0]!.digest));
    await discardParts(store, layers);
    t.true(existsSync(part));
    turn.release();
    await discardParts(store, layers);
    t.false(existsSync(part));
    t.deepEqual(namesIn(store.locks), []);
  }),
);
