import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { archive, directory, file, link, type Member } from './archive.ts';

const LONG = `${'long/'.repeat(30)}name`;

/** One of everything, at and beyond what the fields of ustar hold. */
const EVERYTHING: readonly Member[] = [
  directory('d', { mode: 0o1777, uid: 7, gid: 8 }),
  file('d/empty'),
  file('d/block', 'x'.repeat(512)),
  file('d/more', 'y'.repeat(513), { mode: 0o4755, mtimeNanoseconds: 123_456_789 }),
  file(`d/${'n'.repeat(98)}`, 'a name of 100 bytes'),
  file(`d/${'n'.repeat(99)}`, 'and of 101'),
  file(LONG, 'deep'),
  file('d/\xff\xfe', 'no UTF-8'),
  file('d/large-ids', '', { uid: 2_097_152, gid: 4_294_967_294 }),
  file('d/before', '', { mtime: -2, mtimeNanoseconds: 500_000_000 }),
  file('d/long-ago', '', { mtime: -1_000_000_000 }),
  file('d/far', '', { mtime: 8_589_934_592 }),
  file('d/attributes', '', {
    xattrs: [
      ['trusted.second', Buffer.from('a\n=\0b')],
      ['trusted.first', Buffer.alloc(300, 'z')],
    ],
  }),
  link('d/link', LONG),
  link('d/hard', 'd/block', 'hardlink'),
  { path: 'd/device', type: 'character', mode: 0o620, major: 4095, minor: 1_048_575 },
  { path: 'd/disk', type: 'block', mode: 0o660, major: 8, minor: 1 },
  { path: 'd/fifo', type: 'fifo', mode: 0o600 },
];

const EXTRACT = [
  '-xp',
  ...['--numeric-owner', '--delay-directory-restore', '--warning=no-timestamp'],
  ...['--xattrs', '--xattrs-include=*'],
];

const inDirectory = (use: (directory: string) => void): void => {
  const made = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'tscompose-tar-'));
  try {
    use(made);
  } finally {
    rmSync(made, { recursive: true });
  }
};

// Red without: any record of pax that recordsOf in writer.ts makes, or a field of ustarHeader.
test('GNU tar makes of an archive what the entries say', (t) =>
  inDirectory((made) => {
    execFileSync('tar', [...EXTRACT, '-C', made], {
      input: archive(...EVERYTHING),
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    const stat = (name: string, format: string): string =>
      execFileSync('stat', ['-c', format, Buffer.from(name, 'latin1').toString()], {
        cwd: made,
        encoding: 'utf8',
      }).trim();
    t.is(stat('d', '%a %u %g %Y'), '1777 7 8 1700000000');
    t.is(stat('d/more', '%a %s %.9Y'), '4755 513 1700000000.123456789');
    t.is(readFileSync(join(made, LONG), 'utf8'), 'deep');
    t.is(readFileSync(join(made, 'd', 'n'.repeat(98)), 'utf8'), 'a name of 100 bytes');
    t.is(readFileSync(join(made, 'd', 'n'.repeat(99)), 'utf8'), 'and of 101');
    t.is(readFileSync(Buffer.from(`${made}/d/\xff\xfe`, 'latin1'), 'utf8'), 'no UTF-8');
    t.is(stat('d/large-ids', '%u %g'), '2097152 4294967294');
    t.is(stat('d/before', '%.9Y'), '-1.500000000');
    t.is(stat('d/long-ago', '%Y'), '-1000000000');
    t.is(stat('d/far', '%Y'), '8589934592');
    t.is(stat('d/link', '%N'), `'d/link' -> '${LONG}'`);
    t.is(stat('d/hard', '%i'), stat('d/block', '%i'));
    t.is(stat('d/device', '%F %Hr %Lr %a'), 'character special file 4095 1048575 620');
    t.is(stat('d/disk', '%F %Hr %Lr'), 'block special file 8 1');
    t.is(stat('d/fifo', '%F'), 'fifo');
    const listed = execFileSync('tar', ['-c', '--xattrs', '--xattrs-include=*', 'd/attributes'], {
      cwd: made,
    });
    t.true(listed.includes('SCHILY.xattr.trusted.second=a\n=\0b\n'));
    t.true(listed.includes(`SCHILY.xattr.trusted.first=${'z'.repeat(300)}\n`));
  }));

test('what ustar can say has one header, and attributes are in the order of their names', (t) => {
  const header = (member: Member): Buffer => archive(member).subarray(0, -1024);
  t.is(header(file(`${'n'.repeat(100)}`)).length, 512);
  t.is(header(file(`${'n'.repeat(101)}`)).length, 3 * 512);
  const [a, b] = [['user.a', Buffer.from('1')] as const, ['user.b', Buffer.from('2')] as const];
  t.deepEqual(header(file('f', '', { xattrs: [a, b] })), header(file('f', '', { xattrs: [b, a] })));
});

test('what no archive can hold is an error', (t) => {
  const headers = (member: Partial<Member>): Buffer => archive(file('f', '', member));
  t.throws(() => headers({ path: 'a\0b' }), { instanceOf: RangeError });
  t.throws(() => headers({ link: 'a\0b' }), { instanceOf: RangeError });
  t.throws(() => headers({ xattrs: [['user.a=b', Buffer.from('')]] }), { instanceOf: RangeError });
});
