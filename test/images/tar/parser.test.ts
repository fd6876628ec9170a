import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  linkSync,
  mkdtempSync,
  openSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { TarParser } from '../../../src/images/tar/parser.ts';
import { ArchiveError } from '../../../src/images/tar/refusal.ts';
import { archive, member, parsed, pax } from './archives.ts';

const withDirectory = <Result>(work: (directory: string) => Result): Result => {
  const directory = mkdtempSync(join(tmpdir(), 'tar-parser-'));
  try {
    return work(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
};

const tar = (directory: string, ...options: readonly string[]): Buffer =>
  execFileSync('tar', ['-C', directory, '-cf', '-', ...options], { maxBuffer: 1 << 26 });

const LONG = 'd'.repeat(120);

for (const format of ['v7', 'ustar', 'oldgnu', 'gnu', 'pax'])
  test(`the archives of tar --format=${format} are read`, (t) =>
    withDirectory((directory) => {
      const file = format === 'v7' ? 'file' : LONG.slice(0, format === 'ustar' ? 90 : 120);
      writeFileSync(join(directory, file), 'content');
      chmodSync(join(directory, file), 0o4751);
      utimesSync(join(directory, file), 1.5e9, 1.5e9);
      linkSync(join(directory, file), join(directory, 'z-link'));
      symlinkSync(format === 'v7' || format === 'ustar' ? 'to' : `${LONG}/to`, join(directory, 'z-symlink'));
      const entries = parsed(
        tar(directory, `--format=${format}`, '--sort=name', '--owner=7', '--group=8', '.'),
      );
      t.deepEqual(
        entries.map(({ path, type, content, link }) => [path, type, content, link.length]),
        [
          ['./', 'directory', '', 0],
          [`./${file}`, 'file', 'content', 0],
          ['./z-link', 'hardlink', '', file.length + 2],
          ['./z-symlink', 'symlink', '', format === 'v7' || format === 'ustar' ? 2 : 123],
        ],
      );
      const { mode, uid, gid, mtime, size } = entries[1]!;
      t.deepEqual([mode, uid, gid, mtime, size], [0o4751, 7, 8, 1.5e9, 7]);
    }));

for (const [form, options] of [
  ['old GNU', ['--format=gnu']],
  ['PAX 0.0', ['--format=pax', '--sparse-version=0.0']],
  ['PAX 0.1', ['--format=pax', '--sparse-version=0.1']],
  ['PAX 1.0', ['--format=pax', '--sparse-version=1.0']],
] as const)
  test(`sparse files of the form ${form} have a map of their parts`, (t) =>
    withDirectory((directory) => {
      const file = join(directory, 'sparse');
      const parts = Array.from({ length: 30 }, (_, index) => index * 2 ** 20);
      writeFileSync(file, '');
      truncateSync(file, 2 ** 25);
      const fd = openSync(file, 'r+');
      for (const offset of parts) writeSync(fd, Buffer.alloc(4096, 'x'), 0, 4096, offset);
      closeSync(fd);
      // How the file system reports holes is its own matter: tar looks for blocks of zeros itself.
      const bytes = tar(directory, '--sparse', '--hole-detection=raw', ...options, 'sparse');
      for (const piece of [bytes.length, 500]) {
        const [entry] = parsed(bytes, piece);
        t.is(entry!.path, 'sparse');
        t.is(entry!.size, 2 ** 25);
        t.deepEqual(
          entry!.data,
          parts.map((offset) => ({ offset, size: 4096 })),
        );
        t.is(entry!.content, 'x'.repeat(30 * 4096));
        t.is(bytes.toString('latin1', entry!.at, entry!.at + 4096), 'x'.repeat(4096));
      }
    }));

test('an archive means the same in pieces of every size', (t) => {
  const bytes = archive(
    pax([['comment', 'all']], 'g'),
    pax([
      ['path', `long/${LONG}`],
      ['mtime', '-1.5'],
      ['SCHILY.xattr.security.capability', '\x01\0\0\x02'],
    ]),
    member({ name: 'short', content: 'a'.repeat(700) }),
    member({ name: '././@LongLink', type: 'L', content: `gnu/${LONG}\0` }),
    member({ name: '././@LongLink', type: 'K', content: `to/${LONG}\0` }),
    member({ name: 'short', type: '2', link: 'short' }),
    member({ name: 'null', type: '3', device: [1, 3] }),
  );
  const whole = parsed(bytes);
  t.deepEqual(
    whole.map(({ path, type, link, size, at }) => [path, type, link, size, at]),
    [
      [`long/${LONG}`, 'file', '', 700, 2560],
      [`gnu/${LONG}`, 'symlink', `to/${LONG}`, 0, 6144],
      ['null', 'character', '', 0, 6656],
    ],
  );
  t.deepEqual([whole[0]!.mtime, whole[0]!.mtimeNanoseconds], [-2, 5e8]);
  t.deepEqual(whole[0]!.xattrs, [['security.capability', Buffer.from('\x01\0\0\x02', 'latin1')]]);
  t.deepEqual([whole[2]!.major, whole[2]!.minor], [1, 3]);
  for (const piece of [1, 7, 511, 512, 513, 1000]) t.deepEqual(parsed(bytes, piece), whole);
});

test('global headers hold for all entries, until one of an entry says otherwise', (t) => {
  const entries = parsed(
    archive(
      pax(
        [
          ['uid', '5'],
          ['mtime', '9'],
        ],
        'g',
      ),
      member({ name: 'a', owner: 1 }),
      pax([['uid', '6']]),
      member({ name: 'b', owner: 1 }),
      member({ name: 'c', owner: 1 }),
    ),
  );
  t.deepEqual(
    entries.map(({ uid, gid, mtime }) => [uid, gid, mtime]),
    [
      [5, 1, 9],
      [6, 1, 9],
      [5, 1, 9],
    ],
  );
});

test('numbers in base 256 are read: large owners and sizes, times before 1970', (t) => {
  const entries = parsed(
    archive(
      member({ name: 'owner', fields: [[108, '\x80\0\0\0\xff\xff\xff\xfe']] }),
      member({ name: 'time', fields: [[136, `${'\xff'.repeat(11)}\xfe`]] }),
    ),
  );
  t.is(entries[0]!.uid, 2 ** 32 - 2);
  t.is(entries[1]!.mtime, -2);
});

test('content is that of files alone: what a link or directory gives as its size is no content', (t) => {
  const lying = (name: string, type: string): Buffer =>
    member({ name, type, link: 'a', fields: [[124, '00000001000\0']] });
  const entries = parsed(
    archive(lying('link', '2'), lying('hard', '1'), lying('dir/', '5'), member({ name: 'a', content: 'b' })),
  );
  t.deepEqual(
    entries.map(({ path, size, content }) => [path, size, content]),
    [
      ['link', 0, ''],
      ['hard', 0, ''],
      ['dir/', 0, ''],
      ['a', 1, 'b'],
    ],
  );
});

test('bytes of names that are no UTF-8 stay as they are', (t) => {
  const [entry] = parsed(archive(member({ name: 'caf\xe9\xff' })));
  t.is(entry!.path, 'caf\xe9\xff');
});

test('an archive may end without its mark, and what follows the mark is left alone', (t) => {
  const one = member({ name: 'a', content: 'b' });
  t.is(parsed(one).length, 1);
  t.is(parsed(Buffer.alloc(0)).length, 0);
  t.is(parsed(Buffer.concat([archive(one), one, Buffer.from('rest')])).length, 1);
  const parser = new TarParser({ entry: () => {} });
  parser.feed(one);
  t.false(parser.isComplete);
  parser.feed(Buffer.alloc(1024));
  t.true(parser.isComplete);
});

const file = member({ name: 'file', content: 'c'.repeat(600) });
const sparse = (map: string, content: Buffer | string = ''): Buffer =>
  Buffer.concat([
    pax([
      ['GNU.sparse.size', '8192'],
      ['GNU.sparse.map', map],
    ]),
    member({ name: 'holes', content }),
  ]);

for (const [what, bytes, message, offset] of [
  ['content is cut off', file.subarray(0, 1000), 'ends within the content of `file`', 1000],
  ['the padding is cut off', file.subarray(0, 1200), 'ends within the content of `file`', 1200],
  ['a header is cut off', Buffer.concat([file, file.subarray(0, 100)]), 'ends within a header', 1636],
  ['an extended header is cut off', pax([['path', 'x']]).subarray(0, 515), 'ends within a header', 515],
  [
    'the entry of an extended header is missing',
    pax([['path', 'x']]),
    'ends behind an extended header',
    1024,
  ],
  [
    'the end mark follows an extended header',
    archive(pax([['path', 'x']])),
    'ends behind an extended header',
    1536,
  ],
  [
    'a header is damaged',
    Buffer.concat([file, Buffer.from(file).fill('!', 0, 1)]),
    'has a header with a wrong checksum',
    1536,
  ],
  ['there is no archive at all', Buffer.alloc(512, 'text'), 'has a header with a wrong checksum', 0],
  [
    'a size is no number',
    member({ name: 'a', fields: [[124, '12x']] }),
    'has an entry whose size is no number',
    0,
  ],
  [
    'a size is negative',
    member({ name: 'a', fields: [[124, '\xff'.repeat(12)]] }),
    'has an entry whose size is no number',
    0,
  ],
  [
    'a size is beyond all numbers',
    member({ name: 'a', fields: [[124, `\x80${'\xff'.repeat(11)}`]] }),
    'has an entry whose size is no number',
    0,
  ],
  [
    'an owner has no number',
    member({ name: 'a', fields: [[108, '\x80\0\0\0\xff\xff\xff\xff']] }),
    'has an entry whose owner is no number of 32 bits',
    0,
  ],
  [
    'a device has numbers that Linux has not',
    member({ name: 'a', type: '3', device: [4096, 0] }),
    'has a device whose numbers no Linux has',
    0,
  ],
  ['the name is missing', member({ name: '' }), 'has an entry without a name', 0],
  ['the type is unknown', member({ name: 'a', type: 'V' }), 'has an entry of an unknown type "V"', 0],
  [
    'a record lacks its end',
    member({ name: 'x', type: 'x', content: '30 path=a\n' }),
    'has an extended header that has a record of a wrong length',
    0,
  ],
  [
    'a record has no sign',
    member({ name: 'x', type: 'x', content: '7 path\n' }),
    'has an extended header that has a record without `=`',
    0,
  ],
  ['a name has a NUL', pax([['path', 'a\0b']]), 'has an extended header that has a NUL in a record', 0],
  [
    'an extended header is huge',
    pax([['path', 'a'.repeat(1 << 20)]]),
    'has an extended header that is too large',
    0,
  ],
  [
    'extended headers are huge together',
    Buffer.concat(Array.from({ length: 3 }, () => pax([['path', 'a'.repeat(500_000)]]))),
    'has an extended header that is too large',
    2 * 500_736,
  ],
  [
    'parts of a file overlap',
    sparse('0,512,256,512', Buffer.alloc(1024)),
    'has `holes` with a damaged map of holes',
    1024,
  ],
  [
    'a part lies behind the end',
    sparse('8000,512', Buffer.alloc(512)),
    'has `holes` with a damaged map of holes',
    1024,
  ],
  [
    'parts have more than the content',
    sparse('0,1024', Buffer.alloc(512)),
    'has `holes` with a damaged map of holes',
    1024,
  ],
  ['a map of holes is no list', sparse('0,x'), 'has `holes` with a damaged map of holes', 1024],
] as const)
  test(`an archive is refused with its offset: ${what}`, (t) => {
    for (const piece of [bytes.length, 100]) {
      const error = t.throws(() => parsed(bytes, piece), { instanceOf: ArchiveError });
      t.is(error!.message, `the archive ${message}`);
      t.is(error!.offset, offset);
    }
  });
