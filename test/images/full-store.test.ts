import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { Problem } from '../../src/base/diagnostic.ts';
import { fetchImage } from '../../src/images/fetch/fetch.ts';
import { openStore } from '../../src/images/store/store.ts';
import { findImage } from '../../src/images/store/stored-image.ts';
import { archive, file } from './tar/archive.ts';
import { counting, namesIn, reference, withStore } from './with-store.ts';

const asRoot = process.geteuid?.() === 0 ? test : test.skip;

asRoot(
  'a disk that is too small, or that fills up meanwhile, is said, and nothing is left on it',
  withStore(async (t, { directory, layout }) => {
    const state = directory('small');
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m,mode=700', 'small', state]);
    try {
      const store = openStore(state);
      const filler = join(state, 'filler');
      const large = archive(file('a', randomBytes(2_000_000).toString('latin1')));
      const image = await layout({ name: 'large:1', layers: [large] });
      // It would be there twice: as it comes, and decompressed.
      const source = counting(image.source);
      const refused = await t.throwsAsync(fetchImage(store, source, reference('large:1')), {
        instanceOf: Problem,
      });
      t.regex(refused!.message, new RegExp(`^${store.directory} needs .*[kM]B more$`));
      t.regex(refused!.diagnostics[0]!.help!, /tscompose image prune/);
      t.is(source.requests.get(image.made[0]!.layers[0]!.digest), undefined, 'nothing is fetched in vain');
      t.deepEqual(namesIn(store.ingest), []);
      // Red without: the blobs behind the layers in fetchImage.
      t.deepEqual(namesIn(`${store.blobs}/sha256`), []);

      const small = await layout({
        name: 'small:1',
        layers: [large.subarray(0, 1024), Buffer.alloc(1_000_000)],
      });
      const { config, layers } = small.made[0]!;
      // At the first file of the store, and in the middle of a layer.
      for (const { digest: moment } of [config, layers[1]!]) {
        async function* filling(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
          fill(filler);
          yield* chunks;
        }
        const overtaken = counting(small.source, (chunks, digest) =>
          digest === moment ? filling(chunks) : chunks,
        );
        const full = await t.throwsAsync(fetchImage(store, overtaken, reference('small:1')), {
          instanceOf: Problem,
        });
        t.is(full!.message, `no space is left in ${store.directory}`);
        rmSync(filler);
        for (const part of ['ingest', 'images', 'locks', 'leases', 'trash'] as const)
          t.deepEqual(namesIn(store[part]), [], part);
        t.deepEqual(namesIn(`${store.blobs}/sha256`), []);
      }
      await fetchImage(store, small.source, reference('small:1'));
      t.truthy(findImage(store, reference('small:1')));
      // Red without: emptyTrash in checkSpace of space.ts.
      appendFileSync(join(store.trash, 'removed'), Buffer.alloc(1_000_000));
      const random = archive(file('a', randomBytes(400_000).toString('latin1')));
      const next = await layout({ name: 'next:1', layers: [random] });
      await fetchImage(store, next.source, reference('next:1'));
      t.deepEqual(namesIn(store.trash), []);
    } finally {
      execFileSync('umount', ['--lazy', state]);
    }
  }),
);

const fill = (path: string): void => {
  for (const size of [65_536, 512])
    try {
      for (;;) appendFileSync(path, Buffer.alloc(size));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
};
