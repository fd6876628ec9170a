import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { LayerWriter } from '../../../src/images/directory/layer-writer.ts';
import type { Bounds } from '../../../src/images/tar/bounds.ts';
import { TarParser, type TarSink } from '../../../src/images/tar/parser.ts';
import { ArchiveError } from '../../../src/images/tar/refusal.ts';
import { Tree } from '../../../src/images/tree/tree.ts';
import { archive, member, pax } from '../tar/archives.ts';

const PLENTY = { files: 1000, textBytes: 100_000, attributeBytes: 100_000, parts: 1000 };

const times = (count: number, make: (index: number) => Buffer): readonly Buffer[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** A sparse file of one byte in each of so many parts, as GNU tar writes it in format 0.1. */
const sparse = (name: string, parts: number): Buffer => {
  const map = times(parts, (index) => Buffer.from(`${index * 2},1`)).join();
  const records: [string, string][] = [
    ['GNU.sparse.size', String(parts * 2)],
    ['GNU.sparse.numblocks', String(parts)],
    ['GNU.sparse.map', map],
  ];
  return Buffer.concat([pax(records), member({ name, content: 'x'.repeat(parts) })]);
};

/** Small archives that become large: what there is too much of, the bound, and one more than may be. */
const bombs: readonly (readonly [
  what: string,
  bounds: Partial<Bounds>,
  layer: (more: number) => Buffer,
  message: RegExp,
])[] = [
  [
    'files',
    { files: 20 },
    (more) => archive(...times(20 + more, (index) => member({ name: `f${index}` }))),
    /more than 20 files: `f20`/,
  ],
  [
    'directories that a path goes through',
    { files: 20 },
    (more) => archive(member({ name: `${'d/'.repeat(19 + more)}f` })),
    /more than 20 files/,
  ],
  [
    'names',
    { textBytes: 1010 },
    (more) => archive(...times(10 + more, (index) => member({ name: `${index}`.padEnd(100, 'n') }))),
    /more than 1010 bytes of names/,
  ],
  [
    'targets of links',
    { textBytes: 1000 },
    (more) =>
      archive(...times(9 + more, (index) => member({ name: `l${index}`, type: '2', link: 't'.repeat(100) }))),
    /more than 1000 bytes of names/,
  ],
  [
    'extended attributes that one header gives to all files',
    { attributeBytes: 600 },
    (more) =>
      archive(
        pax([['SCHILY.xattr.user.a', 'v'.repeat(94)]], 'g'),
        ...times(6 + more, (index) => member({ name: `f${index}` })),
      ),
    /more than 600 bytes of extended attributes: `f6`/,
  ],
  [
    'parts of sparse files',
    { parts: 30 },
    (more) => archive(sparse('a', 10), sparse('b', 20 + more)),
    /more than 30 parts of sparse files: `b`/,
  ],
];

const feed = (sink: TarSink, layer: Buffer): void => {
  const parser = new TarParser(sink);
  parser.feed(layer);
  parser.finish();
};

const asTree = (bounds: Bounds, layer: Buffer): void => {
  const tree = new Tree(bounds);
  tree.addLayer();
  feed(tree, layer);
};

const asDirectory = (bounds: Bounds, layer: Buffer): void => {
  const directory = mkdtempSync(join(tmpdir(), 'bounds-'));
  const root = openSync(directory, 'r');
  const writer = new LayerWriter(root, [], bounds);
  try {
    feed(writer, layer);
    writer.finish();
  } finally {
    writer.close();
    closeSync(root);
    rmSync(directory, { recursive: true });
  }
};

// Red without: `refuseTooMany` in tree.ts and in layer-writer.ts, in both of its places.
for (const [kind, make] of [
  ['the merged tree', asTree],
  ['a directory', asDirectory],
] as const)
  for (const [what, bounds, layer, message] of bombs)
    (process.geteuid?.() === 0 ? test : test.skip)(`${kind} refuses too many ${what}`, (t) => {
      const all = { ...PLENTY, ...bounds };
      t.notThrows(() => make(all, layer(0)));
      t.throws(() => make(all, layer(1)), { instanceOf: ArchiveError, message });
    });

// Red without: the amounts of all layers in one in tree.ts.
test('layers have their files together', (t) => {
  const tree = new Tree({ ...PLENTY, files: 30 });
  const layer = archive(...times(20, (index) => member({ name: `f${index}` })));
  tree.addLayer();
  feed(tree, layer);
  tree.addLayer();
  t.throws(() => feed(tree, layer), { message: /more than 30 files: `f10`/ });
});
