import { strictEqual } from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { Problem } from '../../../src/base/diagnostic.ts';
import { extractLayer } from '../../../src/images/directory/extract.ts';
import { linkLayers } from '../../../src/images/root/links.ts';
import { shell } from '../../kernel/copy/trees.ts';
import { archive, type Member, member, pax } from '../tar/archives.ts';
import { builtRoot, inDirectory, mounted, mounts } from './made.ts';

/** An entry of a random layer. Few names, so that layers meet. */
type Entry = { readonly path: string; readonly type: string; readonly number: number; readonly link: string };

const name = fc.constantFrom('a', 'b', 'c', 'long'.repeat(50), 'caf\xe9', ' ', '-x', '.d');
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/'));
const entry: fc.Arbitrary<Entry> = fc.record({
  path,
  type: fc.constantFrom('0', '0', '0', '5', '5', '1', '2', '2', '3', '6', 'hide', 'opaque'),
  number: fc.nat(4095),
  link: path,
});
const layersOf = fc.array(fc.uniqueArray(entry, { selector: ({ path }) => path, maxLength: 25 }), {
  minLength: 1,
  maxLength: 4,
});

const memberOf = ({ path, type, number, link }: Entry): Buffer => {
  const time = 1_600_000_000 + number;
  const made: Member = {
    name: 'x',
    type,
    mode: number,
    owner: number,
    time,
    ...(type === '0' && { content: 'c'.repeat(number) }),
    ...(type === '3' && { device: [1 + (number % 4095), number] }),
    ...((type === '2' || type === '1') && { link: 'x' }),
  };
  const records = [
    ['path', path],
    ...(type === '2' || type === '1' ? [['linkpath', link]] : []),
    ['mtime', `${time}.000000${number % 1000}`],
  ];
  return Buffer.concat([pax(records as [string, string][]), member(made)]);
};

const whiteoutOf = ({ path, type }: Entry): Buffer => {
  const slash = path.lastIndexOf('/') + 1;
  const mark = type === 'hide' ? `${path.slice(0, slash)}.wh.${path.slice(slash)}` : `${path}/.wh..wh..opq`;
  return Buffer.concat([pax([['path', mark]]), member({ name: 'x' })]);
};

const layerOf = (entries: readonly Entry[]): Buffer =>
  archive(
    ...entries.map((each) =>
      each.type === 'hide' || each.type === 'opaque' ? whiteoutOf(each) : memberOf(each),
    ),
  );

/** What both kinds have in common: an overlay counts no links. */
const portraitOf = (root: string): string =>
  shell(
    String.raw`LC_ALL=C find . -printf '%P\0%y %m %U:%G %T@ %l ' \( -type d -printf '\n' -o -printf '%s\n' \) 2>/dev/null |
      LC_ALL=C sort
    LC_ALL=C find . -type f -exec sha256sum {} + 2>/dev/null | LC_ALL=C sort`,
    root,
  );

/** The tree that a way of mounting makes of the layers, or that it refuses them. */
const outcome = async (make: (directory: string) => Promise<string>): Promise<string> => {
  try {
    return await inDirectory(async (directory) => portraitOf(await make(directory)));
  } catch (error) {
    return error instanceof Problem ? 'refused' : Promise.reject(error);
  }
};

const asErofs =
  (layers: readonly Buffer[]) =>
  async (directory: string): Promise<string> =>
    mounted(await builtRoot('erofs', layers, directory), directory);

const asDirectories =
  (layers: readonly Buffer[]) =>
  async (directory: string): Promise<string> => {
    const made: string[] = [];
    for (const [index, layer] of layers.entries()) {
      const [path, directoryOf] = [join(directory, `${index}.tar`), join(directory, `layer${index}`)];
      writeFileSync(path, layer);
      await extractLayer({ archive: path, directory: directoryOf, below: made.toReversed() });
      made.push(directoryOf);
    }
    await linkLayers(made, directory);
    return mounted({ kind: 'directory', layers: made, directory }, directory);
  };

const run = mounts('erofs') ? test : test.skip;
const isNightly = process.env.TEST_NIGHTLY !== undefined;

const of = (type: string, path: string, link = 'a'): Entry => ({ path, type, number: 5, link });

/** Layers in which the kinds differed once. */
const KNOWN: readonly Entry[][][] = [
  // Red without: #covered of tree.ts. A directory continues that of the layers below, whatever had its name before.
  [
    [of('5', 'b'), of('0', 'b/x')],
    [of('0', 'b'), of('5', 'b')],
  ],
  [
    [of('5', 'b'), of('0', 'b/x')],
    [of('0', 'b/a'), of('2', 'b'), of('5', 'b'), of('0', 'b/c')],
  ],
  // Red without: isMarked in #finishDirectory of layer-writer.ts, and the end of #covered in #hide of tree.ts.
  [
    [of('5', 'b'), of('0', 'b/x')],
    [of('0', 'b'), of('hide', 'b'), of('5', 'b')],
  ],
  // Red without: #restore of tree.ts, each of its statements. What a replaced directory had of its layer counts no more.
  [
    [of('5', 'b'), of('0', 'b/x')],
    [{ ...of('0', 'b/x'), number: 9 }, of('0', 'b'), of('5', 'b')],
  ],
  [
    [of('5', 'b'), of('0', 'b/x')],
    [of('hide', 'b/x'), of('0', 'b'), of('5', 'b')],
  ],
  [
    [of('5', 'b'), of('5', 'b/c'), of('0', 'b/c/x')],
    [{ ...of('5', 'b/c'), number: 9 }, of('0', 'b/c/y'), of('0', 'b'), of('5', 'b')],
  ],
  [
    [of('5', 'b'), of('5', 'b/c'), of('0', 'b/c/x')],
    [of('0', 'b/c'), of('0', 'b'), of('5', 'b'), of('0', 'b/d')],
  ],
  [
    [of('5', 'b'), of('0', 'b/x'), of('0', 'b/y')],
    [of('0', 'b/y'), of('opaque', 'b'), of('0', 'b'), of('5', 'b')],
  ],
  [
    [of('5', 'b'), of('5', 'b/c'), of('0', 'b/c/x')],
    [of('hide', 'b/c/x'), of('0', 'b'), of('5', 'b'), of('hide', 'b/c')],
  ],
  [
    [of('5', 'b'), of('5', 'b/c'), of('0', 'b/c/x')],
    [of('0', 'b/c'), of('0', 'b'), of('5', 'b'), of('0', 'b/c/z'), of('5', 'b/c')],
  ],
  [[of('0', 'b/x')], [of('0', 'b/x')], [of('0', 'b')], [of('5', 'b')]],
  // Red without: restoreBelow in layer-writer.ts.
  [
    [of('5', 'b'), of('5', 'b/c'), of('0', 'b/c/x')],
    [of('hide', 'b/c'), of('0', 'b'), of('5', 'b'), of('5', 'b/c')],
  ],
  [
    [of('5', 'b'), of('0', 'b/x')],
    [of('hide', 'b/x'), of('0', 'b'), of('5', 'b'), of('1', 'c', 'b/x')],
  ],
  // Red without: ELOOP in directories.ts. A link in place of a directory leads to itself.
  [[of('0', 'b/a/a'), of('2', 'b', 'b')]],
  // Red without: `hidden.has` in directory-times.ts.
  [[of('5', 'b/c')], [of('0', 'b/c/a'), of('hide', 'b')]],
  [[of('5', 'b/c')], [of('0', 'b/c/a'), of('opaque', 'b')]],
  [[of('5', 'b/c')], [of('hide', 'b'), of('0', 'b/c/a')]],
  // Red without: #marked of tree.ts.
  [[of('0', 'b/a')], [of('hide', 'b/a'), of('hide', 'b')]],
  // Red without: `hidden.has` in #makeLink of layer-writer.ts.
  [[of('0', 'b/a')], [of('hide', 'b'), of('1', 'c', 'b/a')]],
  // Red without: isBelow in #makeWhiteout of layer-writer.ts.
  [[of('hide', 'b/a'), of('hide', 'c')]],
];

// The merged tree and overlayfs know nothing of each other.
run('random layers are the same tree as EROFS and as directories', async (t) => {
  const sameTree = fc.asyncProperty(layersOf, async (entries) => {
    const layers = entries.map(layerOf);
    const [erofs, directories] = [await outcome(asErofs(layers)), await outcome(asDirectories(layers))];
    strictEqual(erofs, directories);
  });
  const examples = KNOWN.map((layers): [Entry[][]] => [layers]);
  const runs = isNightly ? { numRuns: 500 } : { numRuns: KNOWN.length + 12, seed: 7 };
  await t.notThrowsAsync(fc.assert(sameTree, { examples, ...runs }));
});
