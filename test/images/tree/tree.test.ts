import test from 'ava';
import { ArchiveError } from '../../../src/images/tar/refusal.ts';
import type { Tree } from '../../../src/images/tree/tree.ts';
import { treeOf } from '../root/made.ts';
import { archive, type Member, member, pax } from '../tar/archives.ts';

/** `usr/bin/tool file 755 layer1 =content`, one line for each name below the root, in the order of their bytes. */
const linesOf = (tree: Tree): readonly string[] => {
  const { inodes, names, texts } = tree;
  const lines: string[] = [];
  const visit = (directory: number, path: string): void => {
    for (const name of names.in(directory)) {
      const inode = names.inode(name);
      const full = `${path}${texts.read(names.text(name), names.length(name))}`;
      const mode = (inodes.mode(inode) & 0o7777).toString(8);
      if (inodes.isDirectory(inode)) {
        lines.push(`${full}/ ${mode}`);
        visit(inode, `${full}/`);
      } else if (inodes.isSymlink(inode))
        lines.push(`${full} → ${texts.read(inodes.target(inode), inodes.size(inode))}`);
      else lines.push(`${full} ${inodes.size(inode)} of ${inodes.layer(inode)}`);
    }
  };
  visit(tree.root, '');
  return lines.sort();
};

/** A name alone is an empty file, with a slash at its end a directory, and with `>` a symbolic link. */
const memberOf = (text: string): Buffer => {
  const [name = '', target] = text.split('>');
  const made: Member =
    target !== undefined
      ? { name, type: '2', link: target }
      : name.endsWith('/')
        ? { name, type: '5', mode: 0o700 }
        : { name };
  return member(made);
};

const layer = (...members: readonly (string | Buffer)[]): Buffer =>
  archive(...members.map((each) => (typeof each === 'string' ? memberOf(each) : each)));

const merged = (...layers: readonly (readonly (string | Buffer)[])[]): readonly string[] =>
  linesOf(treeOf(layers.map((members) => layer(...members))));

const link = (name: string, target: string): Buffer => member({ name, type: '1', link: target });

test('a whiteout takes a name of the layers below away, and what is below it', (t) => {
  t.deepEqual(merged(['a', 'd/', 'd/x/', 'd/x/y'], ['.wh.a', '.wh.d']), []);
  t.deepEqual(merged(['a'], ['.wh.missing']), ['a 0 of 0']);
});

// Red without: the comparison of layers in #hide of tree.ts.
for (const [order, entries] of [
  ['before', ['.wh.d', 'd/new', 'a', '.wh.a']],
  ['behind', ['d/new', '.wh.d', '.wh.a', 'a']],
] as const)
  test(`a whiteout ${order} the entries of its layer leaves these`, (t) =>
    t.deepEqual(merged(['d/', 'd/old', 'd/deep/', 'd/deep/old', 'a'], entries), [
      'a 0 of 1',
      'd/ 755',
      'd/new 0 of 1',
    ]));

for (const [order, entries] of [
  ['before', ['d/.wh..wh..opq', 'd/', 'd/new', 'd/deep/new']],
  ['behind', ['d/', 'd/new', 'd/deep/new', 'd/.wh..wh..opq']],
] as const)
  test(`an opaque mark ${order} the entries of its layer empties the directory of the others`, (t) =>
    t.deepEqual(merged(['d/', 'd/old', 'd/deep/', 'd/deep/old'], entries), [
      'd/ 700',
      'd/deep/ 755',
      'd/deep/new 0 of 1',
      'd/new 0 of 1',
    ]));

test('an opaque mark of the root empties it', (t) =>
  t.deepEqual(merged(['a', 'd/', 'd/x'], ['.wh..wh..opq', 'b']), ['b 0 of 1']));

test('a name that was taken away may come again, in its layer and in a later one', (t) => {
  t.deepEqual(merged(['a', 'd/', 'd/x'], ['.wh.d', 'd'], ['.wh.d', 'd/y']), [
    'a 0 of 0',
    'd/ 755',
    'd/y 0 of 2',
  ]);
});

test('a directory keeps what the layers below have in it, with the attributes of the last entry', (t) => {
  const widened = member({ name: 'd/', type: '5', mode: 0o1777 });
  t.deepEqual(merged(['d/', 'd/x'], [widened, 'd/y']), ['d/ 1777', 'd/x 0 of 0', 'd/y 0 of 1']);
});

test('a directory without an entry has the attributes of the layer below, or 755', (t) =>
  t.deepEqual(merged(['d/'], ['d/x', 'e/f/y']), [
    'd/ 700',
    'd/x 0 of 1',
    'e/ 755',
    'e/f/ 755',
    'e/f/y 0 of 1',
  ]));

test('a file replaces a directory with all that is in it, and a directory a file', (t) =>
  t.deepEqual(merged(['d/', 'd/x', 'f'], ['d', 'f/', 'f/y']), ['d 0 of 1', 'f/ 700', 'f/y 0 of 1']));

// As overlayfs merges them. Red without: #covered of tree.ts.
test('a directory continues that of the layers below, whatever of its layer had the name before', (t) => {
  const kept = ['d/ 700', 'd/x 0 of 0'];
  t.deepEqual(merged(['d/', 'd/x'], ['d', 'd/']), kept);
  t.deepEqual(merged(['d/', 'd/x'], ['d/own', 'd/in/own', 'd>x', 'd/']), kept);
  t.deepEqual(merged(['d/', 'd/x'], ['d', '.wh.d', 'd/']), ['d/ 700']);
  t.deepEqual(merged(['d/', 'd/x'], ['d'], ['d/']), ['d/ 700']);
});

test('paths follow the symbolic links of their own layer within the root', (t) =>
  t.deepEqual(merged(['lib>/usr/lib', 'usr/lib/', 'lib/a', 'up>../../usr', 'up/b']), [
    'lib → /usr/lib',
    'up → ../../usr',
    'usr/ 755',
    'usr/b 0 of 0',
    'usr/lib/ 700',
    'usr/lib/a 0 of 0',
  ]));

// Docker unpacks a layer without seeing the others. Red without: the layer of the link in #walk of tree.ts.
test('a path through a symbolic link of a lower layer replaces the link by a directory', (t) =>
  t.deepEqual(merged(['usr/lib/', 'usr/lib/a', 'lib>usr/lib'], ['lib/b']), [
    'lib/ 755',
    'lib/b 0 of 1',
    'usr/ 755',
    'usr/lib/ 700',
    'usr/lib/a 0 of 0',
  ]));

test('a whiteout through a symbolic link of a lower layer takes nothing away behind it', (t) =>
  t.deepEqual(merged(['d/', 'd/a', 'link>d'], ['link/.wh.a']), ['d/ 700', 'd/a 0 of 0', 'link/ 755']));

test('hard links have one inode, also with a file of a lower layer, and outlive its name', (t) => {
  const tree = treeOf([layer('a', 'd/'), layer(link('d/b', './a'), link('c', '/d/b')), layer('.wh.a')]);
  t.deepEqual(linesOf(tree), ['c 0 of 0', 'd/ 700', 'd/b 0 of 0']);
  const inodeOf = (directory: number, text: string): number =>
    tree.names.inode(tree.names.find(directory, text));
  t.is(inodeOf(tree.root, 'c'), inodeOf(inodeOf(tree.root, 'd'), 'b'));
});

test('a hard link to a symbolic link is a name of the link', (t) =>
  t.deepEqual(merged(['to>/etc', link('again', 'to')]), ['again → /etc', 'to → /etc']));

test('a new file in place of a hard link leaves the other names as they are', (t) =>
  t.deepEqual(merged(['a', link('b', 'a')], ['a']), ['a 0 of 1', 'b 0 of 0']));

test('attributes of overlayfs and unknown ones are left out', (t) => {
  const record = (name: string): readonly [string, string] => [`SCHILY.xattr.${name}`, 'v'];
  const names = ['user.a', 'trusted.overlay.opaque', 'user.overlay.redirect', 'system.other', 'trusted.b'];
  const tree = treeOf([layer(pax(names.map(record)), 'file')]);
  const { inodes } = tree;
  const inode = tree.names.inode(tree.names.find(tree.root, 'file'));
  t.deepEqual(
    inodes.xattrs(inode).map(([name]) => name),
    ['trusted.b', 'user.a'],
  );
});

test('ten thousand names in a directory are found again, and sixteen thousand levels of directories end', (t) => {
  const names = Array.from({ length: 10_000 }, (_, index) => `d/${index}`);
  t.is(merged(names, ['d/.wh.77', '.wh.none']).length, 10_000);
  const deep = pax([['path', `${'d/'.repeat(16_000)}x`]]);
  const tree = treeOf([layer(deep, 'name'), layer('.wh.d')]);
  t.deepEqual(tree.names.in(tree.root), []);
});

for (const [what, members, message] of [
  ['a name of 256 bytes', [pax([['path', 'a'.repeat(256)]]), 'x'], /has a name of 256 bytes/],
  ['a path out of the root', ['../x'], /leads out of the root/],
  ['a whiteout of no name', ['.wh.'], /is a whiteout of no name/],
  ['a whiteout of `.`', ['d/.wh..'], /is a whiteout of no name/],
  ['a whiteout of `..`', ['d/.wh...'], /is a whiteout of no name/],
  ['a path below a file', ['a', 'a/b'], /lies below `a`, which is no directory/],
  ['a hard link to nothing', [link('a', 'b')], /is a hard link to `b`, which does not exist/],
  ['a hard link to a directory', ['d/', link('a', 'd')], /is a hard link to a directory/],
  ['a hard link out of the root', [link('a', '../b')], /is a hard link whose target leads out of the root/],
  ['a symbolic link to nothing at all', ['a>'], /is a symbolic link without a target/],
  ['a target of 5000 bytes', [pax([['linkpath', 'a'.repeat(5000)]]), 'a>b'], /has a target of 5000 bytes/],
  ['symbolic links in a circle', ['a>b', 'b>a', 'a/x'], /goes through too many symbolic links/],
  ['a root that is a file', [member({ name: './' })], /is the root and no directory/],
  [
    'an attribute with a long name',
    [pax([[`SCHILY.xattr.user.${'a'.repeat(255)}`, 'v']]), 'a'],
    /too long a name/,
  ],
  [
    'attributes of more than 64 KiB',
    [pax([['SCHILY.xattr.user.a', 'v'.repeat(70_000)]]), 'a'],
    /more extended attributes/,
  ],
] as const)
  test(`refused by name: ${what}`, (t) => {
    const error = t.throws(() => merged(members), { instanceOf: ArchiveError });
    t.regex(error!.message, message);
  });

test('links in a circle between layers are none: each layer is walked alone', (t) =>
  t.deepEqual(merged(['a>b'], ['b>a', 'a/x']), ['a/ 755', 'a/x 0 of 1', 'b → a']));
