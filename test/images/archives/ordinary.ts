import { archive, device, directory, fifo, file, link } from '../tar/archive.ts';

/** The layers of an image as programs write them, the lowest first. */
export type Ordinary = { readonly title: string; readonly layers: () => readonly Buffer[] };

const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');

/** struct vfs_cap_data: CAP_NET_RAW, effective. */
const CAPABLE = [['security.capability', bytes(`0100000200200000${'00'.repeat(12)}`)]] as const;

const BASE = archive(
  ...[directory('./', { mode: 0o755, mtime: 1000 }), directory('./usr'), directory('./usr/bin', { uid: 3 })],
  ...[file('./usr/bin/tool', '#!', { mode: 0o4755 }), file('./usr/bin/ping', 'p', { xattrs: CAPABLE })],
  ...[link('./bin', 'usr/bin'), directory('./etc', { mode: 0o750, gid: 5 }), file('./etc/old', 'old')],
  ...[
    file('./etc/kept', 'kept', { mtime: -5, mtimeNanoseconds: 5 }),
    directory('./var'),
    file('./var/a', 'a'),
  ],
  ...[directory('./var/deep'), file('./var/deep/b', 'b'), link('./var/hard', './var/a', 'hardlink')],
  ...[directory('./tmp', { mode: 0o1777 }), file('./tmp/\xff\xfe'), fifo('./tmp/fifo')],
);

export const ORDINARY: readonly Ordinary[] = [
  { title: 'one layer', layers: () => [BASE] },
  {
    title: 'set-user-ID files, capabilities and devices',
    layers: () => [
      archive(
        ...[file('s', '', { mode: 0o6755, uid: 4, gid: 5 }), file('c', '', { xattrs: CAPABLE, uid: 4 })],
        ...[directory('g', { mode: 0o2770, gid: 9 }), device('null', 1, 3)],
        ...[device('disk', 259, 70_000, 'block'), fifo('p')],
      ),
    ],
  },
  {
    title: 'files are added, replaced and removed',
    layers: () => [
      BASE,
      archive(
        ...[
          directory('etc', { mode: 0o755 }),
          file('etc/new', 'n'),
          file('etc/.wh.old'),
          file('etc/kept', 'k'),
        ],
        ...[file('var/deep/.wh..wh..opq'), file('var/deep/c', 'c'), file('.wh.tmp')],
      ),
      archive(file('tmp/again'), file('var/.wh.deep'), file('var/deep/d')),
    ],
  },
  {
    title: 'files change their type between layers',
    layers: () => [
      BASE,
      archive(
        ...[file('usr', 'no directory'), directory('bin'), file('bin/sh', 'sh'), link('etc', 'var')],
        ...[directory('tmp/fifo'), file('tmp/fifo/inside')],
      ),
      archive(directory('usr'), file('usr/fresh'), file('bin', 'no directory')),
    ],
  },
  {
    title: 'directories that a layer only goes through',
    layers: () => [
      BASE,
      archive(file('etc/x'), file('usr/bin/y'), file('opt/z/file'), file('tmp/.wh.fifo')),
      archive(directory('opt', { uid: 7, mode: 0o700 }), file('usr/bin/sub/y')),
      archive(file('opt/other')),
    ],
  },
  {
    title: 'links of the same layer lead to other directories',
    layers: () => [
      BASE,
      archive(
        ...[directory('run'), link('var/run', '/run'), file('var/run/pid', '1')],
        ...[link('lib', 'usr/lib'), file('lib/x.so', 'x'), link('up', '../../usr'), file('up/bin/z', 'z')],
      ),
    ],
  },
  {
    title: 'hard links to a file of a lower layer',
    layers: () => [
      archive(directory('d', { uid: 2 }), file('d/file', 'text', { mode: 0o4711, uid: 3, xattrs: CAPABLE })),
      archive(link('one', 'd/file', 'hardlink'), link('e/two', './one', 'hardlink')),
    ],
  },
  {
    title: 'the root is opaque',
    layers: () => [BASE, archive(file('.wh..wh..opq'), file('only')), archive(file('usr/more'))],
  },
  {
    title: 'whiteouts of what was never there',
    layers: () => [
      BASE,
      archive(file('opt/.wh.nothing'), file('var/.wh.nothing'), file('opt/sub/.wh..wh..opq')),
    ],
  },
  { title: 'no entries', layers: () => [BASE, archive()] },
];
