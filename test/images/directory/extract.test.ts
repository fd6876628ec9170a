import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { extractLayer } from '../../../src/images/directory/extract.ts';
import { makeEverything, shell } from '../../kernel/copy/trees.ts';
import { archive, directory, fifo, file, link } from '../tar/archive.ts';
import { mergedView, onBench, viewOf } from './layers.ts';

const TAR = "tar -c --format=posix --sparse --xattrs --xattrs-include='*' --exclude=./merged -C everything .";

// Red without: any call of attributes.ts, the parts of file-writer.ts, or the delay of directory-times.ts.
for (const above of [undefined, '/var/tmp'])
  test(`a layer has what tar(1) makes of its archive, ${above ?? 'in memory'}`, (t) =>
    onBench(async ({ folder, extract }) => {
      mkdirSync(join(folder, 'everything'));
      makeEverything(join(folder, 'everything'));
      mkdirSync(join(folder, 'expected'));
      shell(`${TAR} > all.tar`, folder);
      shell(
        "tar -xp --warning=no-timestamp --numeric-owner --xattrs --xattrs-include='*' -f all.tar -C expected",
        folder,
      );
      const [made] = await extract(readFileSync(join(folder, 'all.tar')));
      t.is(viewOf(made!), viewOf(join(folder, 'expected')));
      // Holes stay holes.
      const blocks = 'stat -c %b holes small-holes only-hole';
      t.is(shell(blocks, made), shell(blocks, join(folder, 'expected')));
    }, above));

const names = (view: string): readonly string[] => view.split('\n').filter(Boolean);
const FIND = String.raw`find . -mindepth 1 -printf '%P %y%m %U %T@\n' | LC_ALL=C sort`;

test('whiteouts and opaque directories hide what the layers below have, and nothing of their own layer', (t) =>
  onBench(async ({ extract }) => {
    const layers = await extract(
      archive(
        ...[directory('kept'), file('kept/old'), directory('opaque'), file('opaque/old'), file('gone')],
        ...[directory('again'), file('again/old'), directory('tree'), file('tree/old'), directory('implied')],
        ...[file('implied/old'), directory('late'), file('late/old')],
      ),
      archive(
        ...[file('kept/new'), file('.wh.gone'), file('opaque/.wh..wh..opq'), file('opaque/new')],
        ...[file('.wh.again'), directory('again'), file('again/new'), file('.wh.tree')],
        ...[file('.wh.implied'), file('implied/new'), file('late/new'), file('.wh.late')],
        ...[file('own'), file('.wh.own'), file('.wh..wh.plnk/1'), file('.wh..wh.aufs')],
      ),
    );
    t.deepEqual(names(mergedView(layers, "find . -mindepth 1 -printf '%P\\n' | LC_ALL=C sort")), [
      ...['again', 'again/new', 'implied', 'implied/new', 'kept', 'kept/new', 'kept/old'],
      ...['late', 'late/new', 'opaque', 'opaque/new', 'own'],
    ]);
  }));

// Red without: namesBelow in layer-writer.ts.
test('the root may hide everything below', (t) =>
  onBench(async ({ extract }) => {
    const layers = await extract(
      archive(file('old'), directory('d'), file('d/old')),
      archive(directory('d'), file('.wh..wh..opq'), file('new')),
      archive(file('newer')),
    );
    const found = mergedView(layers, 'find . | LC_ALL=C sort');
    t.deepEqual(names(found), ['.', './d', './new', './newer']);
  }));

test('a directory that the archive only goes through is as in the layers below', (t) =>
  onBench(async ({ extract }) => {
    const [old] = [{ mode: 0o1770, uid: 5, mtime: 1000, xattrs: [['trusted.a', Buffer.from('v')] as const] }];
    const layers = await extract(
      archive(
        directory('.', { mode: 0o711, uid: 9 }),
        directory('a', old),
        directory('a/b', old),
        link('l', 'a'),
      ),
      archive(directory('a', { mode: 0o750, uid: 6, mtime: 2000 }), file('x/y')),
      archive(file('a/b/c'), file('a/.wh.d'), file('l/m')),
    );
    t.deepEqual(names(mergedView(layers, FIND)), [
      ...['a d750 6 2000.0000000000', 'a/b d1770 5 1000.0000000000', 'a/b/c f644 0 1700000000.0000000000'],
      // As in Docker, the link of the lower layer is not followed.
      ...['l d755 0 0.0000000000', 'l/m f644 0 1700000000.0000000000'],
      ...['x d755 0 0.0000000000', 'x/y f644 0 1700000000.0000000000'],
    ]);
    t.is(shell('stat -c "%a %u" .', layers[0]).trim(), '711 9');
    t.true(shell("tar -c --xattrs --xattrs-include='*' a | cat -v", layers[0]).includes('trusted.a=v'));
  }));

test('a link to a file of a lower layer is a link to its copy', (t) =>
  onBench(async ({ extract }) => {
    const layers = await extract(
      archive(
        directory('a', { uid: 7 }),
        file('a/file', 'text', { mode: 0o4711, uid: 3 }),
        link('a/l', 'nowhere'),
      ),
      archive(link('b', 'a/file', 'hardlink'), link('c', './a//l', 'hardlink'), link('d', 'b', 'hardlink')),
    );
    const look = "stat -c '%n %i %h %a %u %F' a/file b d | cut -d' ' -f 3-; readlink c; stat -c %u a; cat b";
    t.deepEqual(names(mergedView(layers, look)), [
      ...Array.from({ length: 3 }, () => '3 4711 3 regular file'),
      ...['nowhere', '7', 'text'],
    ]);
  }));

test('a later entry replaces an earlier one, unless both are directories', (t) =>
  onBench(async ({ extract }) => {
    const [made] = await extract(
      archive(
        ...[
          directory('a'),
          file('a/in/side'),
          file('a', 'file'),
          file('b', 'file'),
          directory('b', { mode: 0o700 }),
        ],
        ...[
          file('b/inside'),
          link('c', 'b'),
          directory('c'),
          file('c/inside'),
          directory('d', { mode: 0o700 }),
        ],
        ...[file('d/inside'), directory('d', { mode: 0o711 }), file('e', 'first'), file('e', 'second')],
        ...[link('f', 'e'), link('f', 'b'), file('g', 'long first'), link('g', 'e', 'hardlink')],
        ...[link('e', 'g', 'hardlink'), fifo('h'), file('h', 'file')],
      ),
    );
    t.deepEqual(names(shell("find . -mindepth 1 -printf '%P %y%m %n %l\\n' | LC_ALL=C sort", made)), [
      ...['a f644 1 ', 'b d700 2 ', 'b/inside f644 1 ', 'c d755 2 ', 'c/inside f644 1 '],
      ...['d d711 2 ', 'd/inside f644 1 ', 'e f644 2 ', 'f l777 1 b', 'g f644 2 ', 'h f644 1 '],
    ]);
    t.is(readFileSync(join(made!, 'g'), 'utf8'), 'second');
  }));

test('attributes of overlayfs in an archive mean nothing', (t) =>
  onBench(async ({ extract }) => {
    const marks = ['trusted.overlay.opaque', 'user.overlay.opaque', 'trusted.overlay.redirect'];
    const xattrs = [...marks, 'trusted.own'].map((name) => [name, Buffer.from('y')] as const);
    const layers = await extract(
      archive(directory('d'), file('d/old')),
      archive(directory('d', { xattrs }), file('f', '', { xattrs })),
    );
    t.is(mergedView(layers, 'ls d').trim(), 'old');
    const list = shell(
      "tar -c --xattrs --xattrs-include='*' d f | tar -tvv --xattrs --xattrs-include='*'",
      layers[0],
    );
    t.deepEqual(list.match(/(trusted|user)\S+/g), ['trusted.own', 'trusted.own']);
  }));

test('a layer is there as a whole or not at all', (t) =>
  onBench(async ({ folder, extract }) => {
    const bytes = archive(file('a', 'x'.repeat(2000)), file('b'));
    await t.throwsAsync(() => extract(bytes.subarray(0, 1000)));
    t.deepEqual(
      readdirSync(folder).filter((name) => name.startsWith('layer-')),
      ['layer-1.tar'],
    );
    // What a killed extraction left.
    mkdirSync(join(folder, 'layer-2.new'));
    writeFileSync(join(folder, 'layer-2.new', 'a'), 'half');
    const [made] = await extract(bytes);
    t.is(readFileSync(join(made!, 'a'), 'utf8').length, 2000);
    t.false(existsSync(join(folder, 'layer-2.new')));
    const signal = AbortSignal.abort(new Error('enough'));
    await t.throwsAsync(
      extractLayer({ archive: `${made}.tar`, directory: join(folder, 'cancelled'), below: [], signal }),
      { message: 'enough' },
    );
    t.deepEqual(
      readdirSync(folder).filter((name) => name.startsWith('cancelled')),
      [],
    );
  }));
