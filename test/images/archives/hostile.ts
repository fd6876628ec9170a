import { isNightly } from '../../patience.ts';
import { archive, directory, fifo, file, link, type Member } from '../tar/archive.ts';

/** The layers of an image that nobody should believe, and what becomes of them. */
export type Hostile = {
  readonly title: string;
  /** @param outside the absolute path of a directory with the file `victim` and the directory `inner`, beside the layers */
  readonly layers: (outside: string) => readonly Buffer[];
  /** Takes long to walk through. */
  readonly isDeep?: true;
} & (
  | { readonly refused: RegExp; readonly shows?: never }
  /** Path, type and mode, and target, as find(1) prints them. */
  | { readonly refused?: never; readonly shows: (outside: string) => readonly string[] }
);

const one =
  (...members: readonly Member[]) =>
  (): readonly Buffer[] => [archive(...members)];

/** Directories for an absolute path within the root. */
const above = (path: string): readonly string[] =>
  path
    .split('/')
    .slice(1, -1)
    .map((_, depth, names) => `${names.slice(0, depth + 1).join('/')} d755 `);

const byte = (value: string): Buffer => Buffer.from(value, 'latin1');

/** A name of several bytes, the last of which becomes a NUL: a record of pax can say it. */
const withNul = (name: string): Buffer => {
  const marked = archive(file(`${name}${'n'.repeat(100)}#`));
  marked[marked.indexOf('#')] = 0;
  return marked;
};

const UNBELIEVED: Member['xattrs'] & object = [
  ...['trusted.overlay.redirect', 'trusted.overlay.opaque', 'user.overlay.metacopy'],
  ...['security.selinux', 'security.evm', 'system.other'],
].map((name) => [name, byte('/outside')] as const);

/** More than a path can name (PATH_MAX, 4096 bytes). */
const LEVELS = isNightly ? 3000 : 1100;
const NESTED = Array.from({ length: LEVELS }, (_, depth) => 'deep/'.repeat(depth + 1));

export const HOSTILE: readonly Hostile[] = [
  {
    title: '..',
    layers: one(file('../outside/victim', 'x')),
    refused: /leads out of the root.*`\.\.\/outside/,
  },
  { title: '.. later', layers: one(file('a/../../outside/victim')), refused: /leads out of the root/ },
  { title: '.. within', layers: one(file('a/../b')), shows: () => ['b f644 '] },
  {
    title: 'an absolute name',
    layers: (outside) => [archive(file(`${outside}/victim`, 'x'))],
    shows: (outside) => [...above(`${outside}/victim`), `${outside.slice(1)}/victim f644 `],
  },
  {
    title: 'below a link that leaves, relative',
    layers: one(link('l', '../outside'), file('l/victim', 'x')),
    shows: () => ['l l777 ../outside', 'outside d755 ', 'outside/victim f644 '],
  },
  {
    title: 'below a link that leaves, absolute',
    layers: (outside) => [archive(link('l', outside), file('l/victim', 'x'))],
    shows: (outside) => [
      ...[`l l777 ${outside}`, ...above(`${outside}/victim`), `${outside.slice(1)}/victim f644 `].sort(),
    ],
  },
  {
    title: 'below a chain of links',
    layers: one(link('a', 'b/..'), link('b', '../../..'), link('c', 'a/outside'), file('c/victim', 'x')),
    shows: () => [
      'a l777 b/..',
      'b l777 ../../..',
      'c l777 a/outside',
      'outside d755 ',
      'outside/victim f644 ',
    ],
  },
  {
    title: 'links through each other',
    layers: one(link('a', 'b'), link('b', 'a'), file('a/x')),
    refused: /`a\/x`/,
  },
  {
    title: '/proc/self/root',
    layers: one(link('l', '/proc/self/root'), file('l/tmp/victim')),
    shows: () => [
      ...['l l777 /proc/self/root', 'proc d755 ', 'proc/self d755 ', 'proc/self/root d755 '],
      ...['proc/self/root/tmp d755 ', 'proc/self/root/tmp/victim f644 '],
    ],
  },
  {
    title: 'a directory is swapped for a link between entries',
    layers: (outside) => [
      archive(directory('d', { mode: 0o777, uid: 5 }), file('d/victim'), link('d', outside), file('other')),
    ],
    shows: (outside) => [`d l777 ${outside}`, 'other f644 '],
  },
  {
    title: 'a directory is swapped for a link, and another file follows',
    layers: one(
      directory('outside'),
      ...[directory('d', { mode: 0o777 }), file('d/victim'), link('d', '../outside'), file('d/victim', 'x')],
    ),
    shows: () => ['d l777 ../outside', 'outside d755 ', 'outside/victim f644 '],
  },
  {
    title: 'a directory is swapped for a link between layers',
    layers: (outside) => [
      archive(directory('d'), file('d/old')),
      archive(link('d', outside)),
      archive(file('d/victim', 'x')),
    ],
    shows: () => ['d d755 ', 'd/victim f644 '],
  },
  {
    title: 'a link is replaced by a file, a directory, a device and a hard link',
    layers: (outside) => [
      archive(
        ...[link('f', `${outside}/victim`), file('f', 'x', { mode: 0o600 })],
        ...[link('d', outside), directory('d', { mode: 0o700, uid: 9 })],
        ...[link('p', `${outside}/victim`), fifo('p')],
        ...[link('h', `${outside}/victim`), link('h', 'f', 'hardlink')],
      ),
    ],
    shows: () => ['d d700 ', 'f f600 ', 'h f600 ', 'p p644 '],
  },
  {
    title: 'attributes of a link are those of the link',
    layers: (outside) => [
      archive({
        ...link('l', `${outside}/victim`),
        ...{ uid: 5, mode: 0o777, xattrs: [['trusted.x', byte('y')]] },
      }),
    ],
    shows: (outside) => [`l l777 ${outside}/victim`],
  },
  {
    // Red without: isKept of xattrs.ts, in each of its uses.
    title: 'attributes that overlayfs or this machine would believe',
    layers: one(
      ...[directory('d', { xattrs: UNBELIEVED }), file('d/f', 'x', { xattrs: UNBELIEVED })],
      ...[file('e', 'x', { xattrs: [['user.kept', byte('k')]] }), { ...fifo('p'), xattrs: UNBELIEVED }],
    ),
    shows: () => ['d d755 ', 'd/f f644 ', 'e f644 ', 'p p644 '],
  },
  {
    title: 'a hard link that leaves',
    layers: one(link('h', '../outside/victim', 'hardlink')),
    refused: /hard link.*`h`/,
  },
  {
    title: 'a hard link to an absolute name',
    layers: (outside) => [archive(link('h', `${outside}/victim`, 'hardlink'))],
    refused: /hard link to .*victim`, which does not exist: `h`/,
  },
  {
    title: 'a hard link through a link that leaves',
    layers: (outside) => [archive(link('l', outside), link('h', 'l/victim', 'hardlink'), file('h', 'x'))],
    refused: /hard link to `l\/victim`, which does not exist: `h`/,
  },
  {
    title: 'a hard link through a link of a lower layer',
    layers: (outside) => [archive(link('l', outside)), archive(link('h', 'l/victim', 'hardlink'))],
    refused: /hard link to `l\/victim`, which does not exist: `h`/,
  },
  {
    title: 'a file is written over a hard link to a link',
    layers: (outside) => [
      archive(link('l', `${outside}/victim`), link('h', 'l', 'hardlink'), file('h', 'x'), file('l/', 'x')),
    ],
    shows: () => ['h f644 ', 'l f644 '],
  },
  {
    title: 'a hard link to a directory',
    layers: one(directory('d'), link('h', 'd', 'hardlink')),
    refused: /hard link to a directory: `h`/,
  },
  {
    title: 'a whiteout through a link that leaves',
    layers: (outside) => [archive(link('l', outside), file('l/.wh.victim'))],
    shows: (outside) => [`l l777 ${outside}`, ...above(`${outside}/victim`)].sort(),
  },
  {
    title: 'an opaque mark through a link that leaves',
    layers: one(link('l', '../outside'), file('l/.wh..wh..opq')),
    shows: () => ['l l777 ../outside', 'outside d755 '],
  },
  {
    title: 'a whiteout of nothing',
    layers: one(file('d/.wh.')),
    refused: /whiteout of no name: `d\/\.wh\.`/,
  },
  { title: 'a whiteout of .', layers: one(file('.wh..')), refused: /whiteout of no name/ },
  { title: 'a whiteout of ..', layers: one(file('d/.wh...')), refused: /whiteout of no name/ },
  { title: 'below a whiteout', layers: one(file('.wh.d/victim')), refused: /below a whiteout/ },
  {
    title: 'the root as a link',
    layers: (outside) => [archive(link('./', outside))],
    refused: /root and no directory/,
  },
  { title: 'a name of 256 bytes', layers: one(file('n'.repeat(256))), refused: /256 bytes/ },
  { title: 'a path of 40,000 bytes', layers: one(file('d/'.repeat(20_000))), refused: /path of 40000 bytes/ },
  {
    title: 'a hard link to a path of 40,000 bytes',
    layers: one(link('h', 'd/'.repeat(20_000), 'hardlink')),
    refused: /hard link.*`h`/,
  },
  { title: 'a name with a NUL', layers: () => [withNul('victim')], refused: /NUL/ },
  { title: 'a target of 4,096 bytes', layers: one(link('l', 'x'.repeat(4096))), refused: /`l`/ },
  { title: 'a link to nothing', layers: one(link('l', '')), refused: /`l`/ },
  { title: 'a file below a file', layers: one(file('a'), file('a/b')), refused: /below `a`.*`a\/b`/ },
  { title: 'a file below a device', layers: one(fifo('p'), file('p/b')), refused: /below `p`.*`p\/b`/ },
  {
    title: 'a device is replaced, and not opened',
    layers: one(
      { path: 'n', type: 'character', major: 1, minor: 7 },
      fifo('p'),
      file('n', 'x'),
      file('p', 'x'),
    ),
    shows: () => ['n f644 ', 'p f644 '],
  },
  {
    title: `${LEVELS} levels`,
    isDeep: true,
    layers: one(...NESTED.map((path) => directory(path)), file(`${NESTED.at(-1)}file`, 'x')),
    shows: () => [...NESTED.map((path) => `${path.slice(0, -1)} d755 `), `${NESTED.at(-1)}file f644 `].sort(),
  },
  {
    title: `a file below ${LEVELS} levels that the archive does not have`,
    isDeep: true,
    layers: one(file(`${NESTED.at(-1)}file`, 'x')),
    shows: () => [...NESTED.map((path) => `${path.slice(0, -1)} d755 `), `${NESTED.at(-1)}file f644 `].sort(),
  },
  {
    title: 'an archive that ends early',
    layers: () => [archive(file('a', 'x'.repeat(600))).subarray(0, 900)],
    refused: /ends within the content of `a`/,
  },
];
