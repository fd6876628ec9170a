import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { findUser, openAccounts, passwdOf } from '../../../src/engine/facts/accounts.ts';
import type { HostRoot } from '../../../src/engine/facts/host-root.ts';
import type { Service } from '../../../src/project/model/project.ts';

const PASSWD = `root:x:0:0:root:/root:/bin/sh
web:x:33:34:web:/var/www:/bin/false
1000:x:7:7:a name of digits:/trap:/bin/sh
`;
const GROUP = `root:x:0:
web:x:34:
logs:x:50:web,other
`;

const find = (text: string) => findUser(text, PASSWD, GROUP);

test('a name is looked for in passwd, with its group, its further groups and its home', (t) => {
  t.deepEqual(find('web'), {
    user: { uid: 33, gid: 34, additionalGids: [50], umask: 0o022 },
    home: '/var/www',
  });
});

test('a group that is given replaces those of the user', (t) => {
  t.like(find('web:logs'), { user: { uid: 33, gid: 50, additionalGids: [] } });
  t.like(find('web:77'), { user: { gid: 77 } });
});

test('digits are a number and never a name (CVE-2026-46680)', (t) => {
  t.like(find('1000'), { user: { uid: 1000, gid: 0 }, home: '/' });
});

test('a number takes group and home from passwd if it stands there', (t) => {
  t.like(find('33'), { user: { uid: 33, gid: 34 }, home: '/var/www' });
  t.like(find('4711'), { user: { uid: 4711, gid: 0 }, home: '/' });
});

test('an unknown name is not taken for root', (t) => {
  t.true(Number.isNaN(find('nosuch').user.uid));
  t.true(Number.isNaN(find('web:nosuch').user.gid));
});

test('a root without passwd knows numbers only', (t) => {
  t.like(findUser('0', '', ''), { user: { uid: 0, gid: 0 }, home: '/' });
});

test('the files of a root are read again when they have changed, and only within the root', (t) => {
  const root = mkdtempSync(join(tmpdir(), 'tscompose-users-'));
  t.teardown(() => rmSync(root, { recursive: true }));
  const passwd = join(root, 'etc/passwd');
  const read = (): string =>
    passwdOf({ rootfs: { kind: 'directory', path: root } } as Service, {} as HostRoot)[0];
  t.is(read(), '');
  mkdirSync(join(root, 'etc'));
  writeFileSync(passwd, 'web:x:33:33\n');
  t.is(read(), 'web:x:33:33\n');
  t.is(read(), 'web:x:33:33\n');
  writeFileSync(passwd, 'web:x:1000:1000\n');
  t.is(read(), 'web:x:1000:1000\n');
  // Of the same size, as editors do it.
  writeFileSync(`${passwd}.new`, 'web:x:2000:2000\n');
  renameSync(`${passwd}.new`, passwd);
  t.is(read(), 'web:x:2000:2000\n');
  rmSync(passwd);
  t.is(read(), '');
  symlinkSync('/etc/passwd', passwd);
  t.is(read(), '');
  rmSync(passwd);
  // Red without: isFile in fileInside; the test then waits for ever.
  execFileSync('mkfifo', [passwd]);
  t.is(read(), '');
});

/** Where `etc/passwd` leads, by the links of a root, and whether it is `real/passwd` of the root. */
const links: readonly (readonly [
  name: string,
  links: readonly (readonly [string, string])[],
  isFound: boolean,
])[] = [
  ['a name that begins at the root', [['etc/passwd', '/real/passwd']], true],
  ['names above the root', [['etc/passwd', '../../../../real/passwd']], true],
  ['a directory that is a link', [['etc', '/real']], true],
  [
    'a link to a link',
    [
      ['etc/passwd', '/one'],
      ['one', 'two/../real/./passwd'],
      ['two', '/real'],
    ],
    true,
  ],
  [
    'a circle',
    [
      ['etc/passwd', '/one'],
      ['one', 'etc/passwd'],
    ],
    false,
  ],
  ['what is on the machine alone', [['etc/passwd', '/proc/self/root/etc/passwd']], false],
  ['a file in the place of a directory', [['etc/passwd', '/real/passwd/.']], true],
  ['below a file', [['etc/passwd', '/real/passwd/x']], false],
];

// Red without: the root of absolute links, and of `..`, in `inside` of file-inside.ts.
for (const [name, made, isFound] of links)
  test(`the users of a root whose passwd is a link: ${name}`, (t) => {
    const root = mkdtempSync(join(tmpdir(), 'tscompose-users-'));
    t.teardown(() => rmSync(root, { recursive: true }));
    for (const path of ['etc', 'real']) mkdirSync(join(root, path));
    writeFileSync(join(root, 'real/passwd'), 'web:x:33:33\n');
    for (const [at, to] of made) {
      rmSync(join(root, at), { recursive: true, force: true });
      symlinkSync(to, join(root, at));
    }
    const service = { rootfs: { kind: 'directory', path: root } } as Service;
    const descriptors = readdirSync('/proc/self/fd').length;
    t.is(passwdOf(service, {} as HostRoot)[0], isFound ? 'web:x:33:33\n' : '');
    t.is(readdirSync('/proc/self/fd').length, descriptors, 'nothing stays open');
  });

test('the containers of one change have the accounts of their root at its beginning, those of the next one the new ones', (t) => {
  const root = mkdtempSync(join(tmpdir(), 'tscompose-root-'));
  t.teardown(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, 'etc'));
  const write = (text: string): void => writeFileSync(join(root, 'etc/passwd'), text);
  const accounts = openAccounts({} as HostRoot);
  const read = (): string => accounts.of({ rootfs: { kind: 'directory', path: root } })[0];
  write('web:x:33:33\n');
  t.is(read(), 'web:x:33:33\n');
  write('web:x:34:34\n');
  t.is(read(), 'web:x:33:33\n');
  accounts.forget();
  t.is(read(), 'web:x:34:34\n');
});
