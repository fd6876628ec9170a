import { mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { Problem } from '../../../src/base/diagnostic.ts';
import { ROOT_KINDS } from '../../../src/images/root/image-root.ts';
import { probeRoots } from '../../../src/images/root/probe.ts';
import { ArchiveError } from '../../../src/images/tar/refusal.ts';
import { readLayers } from '../../../src/images/tree/read-layers.ts';
import { cString, fileCall, roomFor } from '../../../src/kernel/ffi/files.ts';
import { makeEverything, shell } from '../../kernel/copy/trees.ts';
import { readIfThere } from '../../scenarios/harness/host.ts';
import { archive, member, pax } from '../tar/archives.ts';
import { ARCHIVE, builtRoot, inDirectory, mounted, mounts, portrait } from './made.ts';

const archiveOf = (directory: string): Buffer =>
  Buffer.from(shell(`${ARCHIVE} --sparse . | base64 -w0`, directory), 'base64');

const attribute = (path: string, name: string): string => {
  const [at, key] = [cString(path), cString(name)];
  const value = roomFor(1000);
  const length = fileCall('getxattr', at.address, key.address, value.address, 1000);
  return value.bytes.toString('latin1', 0, Math.max(length, 0));
};

const mountLine = (path: string): string =>
  readFileSync('/proc/self/mountinfo', 'latin1')
    .split('\n')
    .find((line) => line.includes(` ${path} `)) ?? '';

for (const kind of ['erofs', 'erofs-loop'] as const) {
  const run = mounts(kind) ? test : test.skip;

  run(`a mounted image is what tar extracts: one of everything, as ${kind} [kernel]`, (t) =>
    inDirectory(async (directory) => {
      const original = join(directory, 'original');
      mkdirSync(original);
      makeEverything(original);
      const root = await builtRoot(kind, [archiveOf(original)], directory);
      t.true(root.hasSparse);
      t.is(portrait(mounted(root, directory)), portrait(original));
    }),
  );

  run(`what is not mounted leaves no mount and no loop device, as ${kind}`, (t) =>
    inDirectory(async (directory) => {
      const root = await builtRoot(kind, [archive(member({ name: 'a' })), archive()], directory);
      rmSync(join(directory, 'layer1'));
      const error = t.throws(() => mounted(root, directory), { instanceOf: Problem });
      t.is(error!.diagnostics[0]!.code, 'step-failed');
      t.is(mountLine(join(directory, 'root')), '');
      // Other processes have loop devices of their own.
      const devices = readdirSync('/sys/block').filter((name) => name.startsWith('loop'));
      t.notRegex(
        devices.map((name) => readIfThere(`/sys/block/${name}/loop/backing_file`)).join(),
        new RegExp(directory),
      );
    }),
  );
}

for (const kind of ROOT_KINDS) {
  const run = mounts(kind) ? test : test.skip;

  run(`127 layers are one directory, as ${kind} [kernel]`, (t) =>
    inDirectory(async (directory) => {
      const layers = Array.from({ length: 127 }, (_, index) =>
        archive(
          member({ name: `of-${index}`, content: `${index}` }),
          member({ name: 'last', content: `${index}` }),
        ),
      );
      const path = mounted(await builtRoot(kind, layers, directory), directory);
      t.is(readdirSync(path).length, 128);
      t.is(readFileSync(join(path, 'last'), 'utf8'), '126');
      t.is(readFileSync(join(path, 'of-0'), 'utf8'), '0');
    }),
  );

  run(`a mounted image changes nothing and nothing can change it, as ${kind}`, (t) =>
    inDirectory(async (directory) => {
      const path = mounted(await builtRoot(kind, [archive(member({ name: 'a' }))], directory), directory);
      t.regex(mountLine(path), / ro,nosuid,nodev[ ,]/);
      t.throws(() => writeFileSync(join(path, 'a'), ''), { code: 'EROFS' });
    }),
  );
}

const mountedFiles = mounts('erofs') ? test : test.skip;

mountedFiles('access control lists, large numbers of devices and many names are as in the archive', (t) =>
  inDirectory(async (directory) => {
    const names = Array.from({ length: 3000 }, (_, index) => `many/${'n'.repeat(index % 90)}${index}`);
    // acl(5): user::rw-, user:5:rwx, group::r--, mask::rwx, other::---
    const acl =
      '\x02\0\0\0\x01\0\x06\0\xff\xff\xff\xff\x02\0\x07\0\x05\0\0\0\x04\0\x04\0\xff\xff\xff\xff\x10\0\x07\0\xff\xff\xff\xff\x20\0\0\0\xff\xff\xff\xff';
    const layer = archive(
      pax([['SCHILY.xattr.system.posix_acl_access', acl]]),
      member({ name: 'acl', mode: 0o670 }),
      member({ name: 'device', type: '4', device: [4095, 1_048_575] }),
      pax([['uid', '4294967294']]),
      member({ name: 'owner' }),
      ...names.map((name) => member({ name, content: name })),
      member({ name: 'targets/', type: '5' }),
      ...[1, 440, 447, 448, 449, 513, 4095].flatMap((length) => [
        pax([['linkpath', 'x'.repeat(length)]]),
        member({ name: `targets/${length}`, type: '2', link: 'x' }),
      ]),
    );
    const path = mounted(await builtRoot('erofs', [layer], directory), directory);
    t.is(shell('stat -c %t:%T device; stat -c %u owner', path), 'fff:fffff\n4294967294\n');
    t.is(attribute(join(path, 'acl'), 'system.posix_acl_access'), acl);
    t.is(readdirSync(join(path, 'many')).length, 3000);
    for (const name of names) if (readFileSync(join(path, name), 'utf8') !== name) t.fail(name);
    t.is(
      shell(
        'for link in *; do readlink $link | tr -d "\\n" | wc -c; done | sort -n | tr "\\n" " "',
        join(path, 'targets'),
      ),
      '1 440 447 448 449 513 4095 ',
    );
  }),
);

mountedFiles('layers with whiteouts and hard links across layers are merged in the mount', (t) =>
  inDirectory(async (directory) => {
    const layers = [
      archive(member({ name: 'gone', content: '1' }), member({ name: 'kept', content: 'lower' })),
      archive(member({ name: '.wh.gone' }), member({ name: 'again', type: '1', link: 'kept' })),
    ];
    const path = mounted(await builtRoot('erofs', layers, directory), directory);
    t.is(shell('ls; cat again; stat -c %h kept', path), 'again\nkept\nlower2\n');
  }),
);

test('an archive that ends within a large file is refused, though its content is not read', (t) =>
  inDirectory(async (directory) => {
    const path = join(directory, 'layer.tar');
    writeFileSync(path, archive(pax([['size', String(2 ** 30)]]), member({ name: 'large' })));
    truncateSync(path, 2 ** 30);
    const error = await t.throwsAsync(readLayers([path]), { instanceOf: ArchiveError });
    t.regex(error!.message, /ends within the content of `large`/);
  }));

test('the kind of roots is the first that works, or the one that the environment forces', (t) =>
  inDirectory(async (directory) => {
    const { kind, working, reasons } = probeRoots(directory, undefined);
    t.is(kind, working[0]!);
    t.is(working.length + reasons.length, 3);
    t.is(probeRoots(directory, 'directory').kind, 'directory');
    const error = t.throws(() => probeRoots(directory, 'zip'), { instanceOf: Problem });
    t.regex(error!.message, /must be one of erofs, erofs-loop, directory/);
    t.deepEqual(readdirSync(directory), []);
  }));
