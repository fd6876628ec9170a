import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { chainIds } from '../../../src/images/directory/chain.ts';
import { layerDirectories } from '../../../src/images/directory/layer-directories.ts';
import { openStore, type Store } from '../../../src/images/store/store.ts';
import { archive, directory, file } from '../tar/archive.ts';
import { onBench } from './layers.ts';

const stored = (store: Store, bytes: Buffer): string => {
  const diffId = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  writeFileSync(store.tar(diffId), bytes);
  return diffId;
};

test('images with the same lower layers share their directories, and a layer over others has its own', (t) =>
  onBench(async ({ folder }) => {
    const store = openStore(folder);
    const [open, closed, added] = [
      archive(directory('d', { mode: 0o755 }), file('d/base', 'b')),
      archive(directory('d', { mode: 0o700 })),
      archive(file('d/added', 'a')),
    ].map((bytes) => stored(store, bytes));
    const first = await layerDirectories(store, [open!, added!]);
    const inode = statSync(first[0]!).ino;
    // Two processes, or two commands of one, may ask at once.
    const [second, third] = await Promise.all([
      layerDirectories(store, [open!, closed!, added!]),
      layerDirectories(store, [open!, closed!, added!]),
    ]);
    t.deepEqual(second, third);
    t.is(second[0], first[0]);
    t.is(statSync(second[0]!).ino, inode);
    t.is(statSync(join(first[1]!, 'd')).mode & 0o777, 0o755);
    t.is(statSync(join(second[2]!, 'd')).mode & 0o777, 0o700);
    t.is(readFileSync(join(second[2]!, 'd/added'), 'utf8'), 'a');
    t.deepEqual(readdirSync(store.layers).filter((name) => !name.endsWith('.tar')).length, 4);
    t.true(existsSync(store.tree(open!)));
  }));

test('chain IDs are those of the specification', (t) => {
  const [a, b] = ['a', 'b'].map((digit) => `sha256:${digit.repeat(64)}`);
  const both = createHash('sha256').update(`${a} ${b}`).digest('hex');
  t.deepEqual(chainIds([a!, b!]), [a!, `sha256:${both}`]);
  t.deepEqual(chainIds([]), []);
});
