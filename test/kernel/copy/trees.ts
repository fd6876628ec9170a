import { execFileSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileCall, roomOf } from '../../../src/kernel/ffi/files.ts';

/** A root, and an empty volume beside it. */
export type Place = {
  readonly folder: string;
  readonly root: string;
  /** The directory of the volume, and what containers see of it. */
  readonly directory: string;
  readonly data: string;
};

/** In memory if possible: every fill waits until its file system has written everything, what others write included. */
export const makePlace = (above = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()): Place => {
  const folder = mkdtempSync(join(above, 'tscompose-copy-'));
  const [root, directory] = [join(folder, 'root'), join(folder, 'volume')];
  const data = join(directory, 'data');
  mkdirSync(root);
  mkdirSync(data, { recursive: true });
  return { folder, root, directory, data };
};

export const inPlace = async <Result>(
  run: (place: Place) => Promise<Result> | Result,
  above?: string,
): Promise<Result> => {
  const place = makePlace(above);
  try {
    return await run(place);
  } finally {
    // rm(1) removes a tree of any depth.
    shell(`rm -rf ${place.folder}`);
  }
};

export const shell = (command: string, cwd = '/'): string =>
  execFileSync('sh', ['-ec', command], { cwd, encoding: 'utf8', maxBuffer: 2 ** 30 });

export const setAttribute = (path: string, name: string, value: string): number => {
  const [at, key, bytes] = [`${path}\0`, `${name}\0`, value].map((text) =>
    roomOf(Buffer.from(text, 'latin1')),
  );
  return fileCall('setxattr', at!.address, key!.address, bytes!.address, value.length, 0);
};

/** One of everything that a directory can hold, with owners and times of its own. */
export const makeEverything = (directory: string): void => {
  mkdirSync(join(directory, 'deep/er/empty'), { recursive: true });
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(directory, name), text);
  symlinkSync('/etc/shadow', join(directory, 'absolute-link'));
  symlinkSync('../../../..', join(directory, 'deep/upward-link'));
  symlinkSync('x'.repeat(4000), join(directory, 'long-link'));
  linkSync(join(directory, 'file'), join(directory, 'deep/er/hard-link'));
  linkSync(join(directory, 'file'), join(directory, 'deep/hard-link'));
  linkSync(join(directory, 'long-link'), join(directory, 'deep/hard-linked-link'));
  writeFileSync(join(directory, 'holes'), '');
  truncateSync(join(directory, 'holes'), 16 * 2 ** 20);
  shell(
    `printf middle | dd of=holes bs=1 seek=10000000 conv=notrunc status=none
    printf end | dd of=small-holes bs=1 seek=20000 status=none
    truncate -s 5M only-hole
    mknod null c 1 3; mknod loop b 7 200000; mkfifo fifo; mknod fifo-too p
    chown 1000:1001 file deep fifo null; chown -h 1002:1003 absolute-link; chown 4000000000:70000 deep/er
    chmod 4755 set-user-id; chmod 2711 set-group-id; chmod 0000 secret; chmod 3777 deep/er; chmod 640 fifo
    chmod 2750 deep; touch "$(printf 'not \\377 utf-8')" "$(printf 'new\\nline')" -- -dash ' '
    find . -exec touch -h -m -d '2001-02-03 04:05:06.123456789 UTC' {} +
    touch -h -m -d '1969-12-31 23:59:58.5 UTC' absolute-link
    # With relatime, reading changes no time of access in the future.
    find . -exec touch -h -a -d '2037-02-03 04:05:06.987654321 UTC' {} +`,
    directory,
  );
  setAttribute(join(directory, 'file'), 'user.note', 'a\0b');
  setAttribute(join(directory, 'capable'), 'security.capability', CAP_NET_RAW);
  setAttribute(join(directory, 'deep'), 'user.directory', 'x'.repeat(3000));
  setAttribute(join(directory, 'deep'), 'trusted.note', 'root only');
  setAttribute(join(directory, 'fifo'), 'trusted.on-fifo', 'v');
  setAttribute(join(directory, 'absolute-link'), 'trusted.on-link', 'v');
  // acl(5): user::rw-, user:5:rwx, group::r--, mask::rwx, other::---
  setAttribute(join(directory, 'acl'), 'system.posix_acl_access', ACL);
  setAttribute(join(directory, 'deep/er'), 'system.posix_acl_default', ACL);
};

const FILES: Readonly<Record<string, string>> = {
  ...{
    file: 'content',
    empty: '',
    'set-user-id': '#!',
    'set-group-id': '#!',
    secret: 's',
    capable: 'c',
    acl: '',
  },
  ...{ 'deep/large': 'large'.repeat(500_000), 'deep/er/small': 'small' },
};

// struct vfs_cap_data, version 2, effective
const CAP_NET_RAW = Buffer.from(`0100000200200000${'00'.repeat(12)}`, 'hex').toString('latin1');

const ACL = Buffer.from(
  '02000000' +
    '01000600ffffffff' +
    '0200070005000000' +
    '04000400ffffffff' +
    '10000700ffffffff' +
    '20000000ffffffff',
  'hex',
).toString('latin1');

/** All that find(1) and tar(1) see of a tree, for a comparison. */
export const portrait = (directory: string): string =>
  [
    shell(String.raw`find . -printf '%P\0%y %m %U:%G %n %T@ %A@ %l\n' | sort`, directory),
    shell(String.raw`find . -type f -printf '%P\0%s %b\n' | sort`, directory),
    // tar(1) archives contents, hard links, extended attributes and access control lists.
    shell(`${TAR} | sha256sum`, directory),
  ].join('\n');

const TAR =
  "tar --create --format=posix --pax-option=delete=ctime,exthdr.name=x --sort=name --xattrs --xattrs-include='*' --acls .";
