import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { constants } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { CallError } from '../../../src/kernel/copy/call.ts';
import { fill, fillAtOnce } from '../../../src/kernel/copy/fill.ts';
import { bundled } from '../../bundled.ts';
import { isNightly } from '../../patience.ts';
import { inPlace, makeEverything, type Place, portrait, setAttribute, shell } from './trees.ts';

const withPlace =
  (check: (t: ExecutionContext, place: Place) => void, above?: string) => (t: ExecutionContext) =>
    inPlace((place) => check(t, place), above);

const goOn = (): void => {};

// Red without: any call of attributes.ts or extended-attributes.ts; the holes of content.ts; linkat(2) in copy-tree.ts.
const copiesEverything = (t: ExecutionContext, place: Place): void => {
  const { folder, root, data } = place;
  makeEverything(root);
  const original = portrait(root);
  execFileSync('cp', ['-a', root, join(folder, 'cp')]);
  t.is(fill({ ...place, root: folder, target: '/root' }, goOn), 'copied');
  t.is(portrait(data), original);
  t.is(portrait(join(folder, 'cp')), original);
  // The original has the times that it had.
  t.is(portrait(root), original);
  t.deepEqual(readdirSync(place.directory), ['data']);
};

test('a volume gets what the root has at its target, as cp -a would copy it', withPlace(copiesEverything));
test('the same on the file system of /var/tmp', withPlace(copiesEverything, '/var/tmp'));

test('a socket is made again, as in Docker; whiteouts and attributes of overlayfs are not', (t) =>
  inPlace(async (place) => {
    const { root, data } = place;
    shell('mknod whiteout c 0 0; mkdir opaque', root);
    const server = createServer().listen(join(root, 's'));
    await once(server, 'listening');
    setAttribute(join(root, 'opaque'), 'trusted.overlay.opaque', 'y');
    setAttribute(join(root, 'opaque'), 'trusted.other', 'y');
    t.is(fill({ ...place, target: '/' }, goOn), 'copied');
    server.close();
    t.deepEqual(readdirSync(data).toSorted(), ['opaque', 's']);
    t.true(lstatSync(join(data, 's')).isSocket());
    const list = shell(
      "tar -c --xattrs --xattrs-include='*' opaque | tar -tvv --xattrs --xattrs-include='*'",
      data,
    );
    t.deepEqual(list.match(/trusted\S+/g), ['trusted.other']);
  }));

test(
  'the directory of the volume gets the owner, mode and times of an empty target, at once',
  withPlace((t, place) => {
    const target = join(place.root, 'srv');
    mkdirSync(target);
    chownSync(target, 70, 71);
    chmodSync(target, 0o2750);
    shell('touch -d 2001-02-03 srv', place.root);
    t.is(fillAtOnce({ ...place, target: '/srv' }), 'copied');
    const { uid, gid, mode, mtimeMs } = lstatSync(place.data);
    t.deepEqual([uid, gid, mode & 0o7777, mtimeMs], [70, 71, 0o2750, lstatSync(target).mtimeMs]);
    t.is(fill({ ...place, target: '/srv' }, goOn), 'copied');
    t.is(lstatSync(place.data).mode & 0o7777, 0o2750);
  }),
);

test(
  'nothing is copied where the root has no directory, and into a volume with content',
  withPlace((t, place) => {
    writeFileSync(join(place.root, 'file'), '');
    symlinkSync('loop', join(place.root, 'loop'));
    mkdirSync(join(place.root, 'private/inner'), { recursive: true });
    const { mode, mtimeMs } = lstatSync(place.data);
    for (const target of ['/missing', '/file', '/file/below', '/loop']) {
      t.is(fillAtOnce({ ...place, target }), 'absent', target);
      t.is(fill({ ...place, target }, goOn), 'absent', target);
    }
    t.like(lstatSync(place.data), { mode, mtimeMs });
    writeFileSync(join(place.data, 'content'), '');
    t.is(fillAtOnce({ ...place, target: '/private' }), 'kept');
    t.is(fill({ ...place, target: '/private' }, goOn), 'kept');
    t.deepEqual(readdirSync(place.data), ['content']);
  }),
);

// Red without: RESOLVE_IN_ROOT in root-tree.ts.
test(
  'links on the way to the target are resolved within the root',
  withPlace((t, place) => {
    const { folder, root, data } = place;
    mkdirSync(join(root, 'usr/share'), { recursive: true });
    mkdirSync(join(folder, 'usr/share'), { recursive: true });
    writeFileSync(join(root, 'usr/share/inner'), '');
    writeFileSync(join(folder, 'usr/share/outer'), '');
    symlinkSync('../../../../../usr', join(root, 'up'));
    symlinkSync('/up/share', join(root, 'absolute'));
    t.is(fill({ ...place, target: '/absolute' }, goOn), 'copied');
    t.deepEqual(readdirSync(data), ['inner']);
  }),
);

// Red with AT_RECURSIVE in root-tree.ts.
test(
  'mounts in the root are not copied, and a target below one does not exist',
  withPlace((t, place) => {
    const { root, data } = place;
    mkdirSync(join(root, 'srv/mounted'), { recursive: true });
    t.is(inMountNamespace(place, '/srv/mounted/below', '/srv'), 'absent copied');
    t.deepEqual(readdirSync(join(data, 'mounted')), []);
  }),
);

// Red without: RESOLVE_NO_XDEV in root-tree.ts.
test(
  'what a mount hides in the root is copied',
  withPlace((t, place) => {
    const { root, data } = place;
    mkdirSync(join(root, 'srv/mounted/hidden/inner'), { recursive: true });
    t.is(inMountNamespace(place, '/srv/mounted/hidden'), 'copied');
    t.deepEqual(readdirSync(data), ['inner']);
  }),
);

const FILLING = `import { fill } from '${import.meta.dirname}/../../../src/kernel/copy/fill.ts';
  const { place, targets } = JSON.parse(process.argv[2]!);
  console.log(...targets.map((target: string) => fill({ ...place, target }, () => {})));`;

/** Fills with a file system mounted at srv/mounted of the root, in a mount namespace of its own. */
const inMountNamespace = (place: Place, ...targets: readonly string[]): string => {
  const mount = 'mount -t tmpfs tmpfs srv/mounted; mkdir srv/mounted/below; touch srv/mounted/secret';
  return execFileSync(
    'unshare',
    [
      '--mount',
      'sh',
      '-ec',
      `${mount}; cd "$0"; exec "$@"`,
      process.cwd(),
      process.execPath,
      bundled(FILLING),
      JSON.stringify({ place, targets }),
    ],
    { cwd: place.root, encoding: 'utf8' },
  ).trim();
};

// Red without: the comparison of mounts in fill.ts (rename(2) fails with EXDEV).
test(
  'a volume that is mounted on its directory is filled within itself',
  withPlace((t, place) => {
    mkdirSync(join(place.root, 'srv/mounted'), { recursive: true });
    writeFileSync(join(place.root, 'srv/file'), 'text');
    mkdirSync(join(place.folder, 'device'));
    shell(`mount --bind ${join(place.folder, 'device')} ${place.data}`);
    try {
      t.is(fill({ ...place, target: '/srv' }, goOn), 'copied');
    } finally {
      shell(`umount ${place.data}`);
    }
    t.deepEqual(readdirSync(join(place.folder, 'device')).toSorted(), ['file', 'mounted']);
    t.deepEqual(readdirSync(place.directory), ['data']);
    t.deepEqual(readdirSync(place.data), []);
  }),
);

test(
  'a process that has the volume open sees the copy, and its own files stay',
  withPlace((t, place) => {
    const { root, data } = place;
    for (const name of ['first', 'second']) writeFileSync(join(root, name), 'of the root');
    const { ino } = lstatSync(data);
    let calls = 0;
    const writeMeanwhile = (): void => {
      if (calls++ === 0) writeFileSync(join(data, 'second'), 'of a container');
    };
    t.is(fill({ ...place, target: '/' }, writeMeanwhile), 'copied');
    t.is(lstatSync(data).ino, ino);
    t.is(readFileSync(join(data, 'first'), 'utf8'), 'of the root');
    t.is(readFileSync(join(data, 'second'), 'utf8'), 'of a container');
    t.deepEqual(readdirSync(place.directory), ['data']);
  }),
);

test(
  'a copy that is ended leaves an empty volume, and what an earlier one left is removed',
  withPlace((t, place) => {
    mkdirSync(join(place.root, 'deep/er'), { recursive: true });
    mkdirSync(join(place.directory, '.first-copy.new/copy/half/copied'), { recursive: true });
    symlinkSync('../../root', join(place.directory, '.first-copy.new/copy/link'));
    let calls = 0;
    const end = (): void => {
      if (++calls === 2) throw new Error('ended');
    };
    t.throws(() => fill({ ...place, target: '/' }, end), { message: 'ended' });
    t.deepEqual(readdirSync(place.data), []);
    t.deepEqual(readdirSync(place.directory), ['data']);
    t.deepEqual(readdirSync(place.root), ['deep']);
  }),
);

// Red without: walk.ts closing far levels, or opening them again with the position of the entry.
test(
  'many entries and many levels are copied with little memory and few descriptors',
  withPlace((t, place) => {
    const { root, data } = place;
    shell(`mkdir wide; cd wide; seq ${isNightly ? 100_000 : 5000} | xargs touch`, root);
    // Two directories on each level: one of them is visited after the return from the depth.
    makeDeep(root, isNightly ? 5000 : 1000);
    const before = process.memoryUsage().rss;
    let most = 0;
    let calls = 0;
    const count = (): void => {
      if (++calls % 100 === 0) most = Math.max(most, readdirSync('/proc/self/fd').length);
    };
    t.is(fill({ ...place, target: '/' }, count), 'copied');
    t.true(process.memoryUsage().rss - before < 100 * 2 ** 20);
    t.true(most < 250, `${most} descriptors`);
    t.is(shell('find . | sort | sha1sum', data), shell('find . | sort | sha1sum', root));
  }),
);

/** Directories `a` in each other, deeper than paths can be, and beside each a directory `z` with a file. */
const makeDeep = (directory: string, levels: number): void => {
  const script = `for (let level = 0; level < ${levels}; level++) {
    for (const name of ['a', 'z']) fs.mkdirSync(name);
    fs.writeFileSync('z/file', '');
    process.chdir('a');
  }`;
  execFileSync(process.execPath, ['-e', script], { cwd: directory });
};

// Red without: the comparison of identities in walk.ts.
test(
  'a directory that is moved out of the target meanwhile leads to nothing else of the root',
  withPlace((t, place) => {
    const { root } = place;
    mkdirSync(join(root, 'target/top'), { recursive: true });
    mkdirSync(join(root, 'elsewhere/secret'), { recursive: true });
    makeDeep(join(root, 'target/top'), 150);
    let calls = 0;
    const moveWhenDeep = (): void => {
      if (++calls === 250) renameSync(join(root, 'target/top/a'), join(root, 'elsewhere/a'));
    };
    t.throws(() => fill({ ...place, target: '/target' }, moveWhenDeep), { instanceOf: CallError });
    t.deepEqual(readdirSync(place.data), []);
    t.deepEqual(readdirSync(place.directory), ['data']);
  }),
);

// Red without: the removal in fill.ts after an error.
test(
  'a full disk is an error with the path, and the volume stays empty; with space, the next call fills it',
  withPlace((t, place) => {
    const { root, directory, data } = place;
    mkdirSync(join(root, 'deep'));
    writeFileSync(join(root, 'deep/large'), Buffer.alloc(2 ** 20, 'x'));
    shell(`mount -t tmpfs -o size=900k small ${directory}; mkdir ${data}`);
    try {
      const error = t.throws(() => fill({ ...place, target: '/' }, goOn), { instanceOf: CallError });
      t.like(error, { errno: constants.errno.ENOSPC, path: 'deep/large' });
      t.deepEqual(readdirSync(directory), ['data']);
      t.deepEqual(readdirSync(data), []);
      shell(`mount -o remount,size=3m ${directory}`);
      t.is(fill({ ...place, target: '/' }, goOn), 'copied');
      t.is(lstatSync(join(data, 'deep/large')).size, 2 ** 20);
    } finally {
      shell(`umount ${directory}`);
    }
  }),
);

// Red without: O_NOFOLLOW in open-entry.ts and MOUNT_ATTR_NOSYMFOLLOW in root-tree.ts, which stand in for each other.
test('nothing of the host is copied while entries are exchanged with links to the host and with devices', (t) =>
  inPlace(async (place) => {
    const { folder, root, data } = place;
    mkdirSync(join(folder, 'host/inner'), { recursive: true });
    writeFileSync(join(folder, 'host/file'), 'of the host');
    writeFileSync(join(folder, 'host/inner/file'), 'of the host');
    mkdirSync(join(root, 'target'));
    for (let number = 0; number < 40; number++) {
      mkdirSync(join(root, `target/${number}/inner`), { recursive: true });
      for (const name of ['file', 'inner/file'])
        writeFileSync(join(root, `target/${number}/${name}`), 'of the root');
    }
    shell(
      `ln -s ${folder}/host directory; ln -s ${folder}/host/file file; mkfifo fifo; mknod zero c 1 5`,
      root,
    );
    const exchanger = spawn(process.execPath, [bundled(`import '${EXCHANGER}';`), root], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      await once(exchanger.stdout, 'data');
      for (let round = 0; round < (isNightly ? 300 : 20); round++) {
        t.is(fill({ ...place, target: '/target' }, goOn), 'copied');
        t.is(shell("grep -rl 'of the host' . || true", data), '');
        shell('find . -mindepth 1 -delete', data);
      }
    } finally {
      exchanger.kill('SIGKILL');
    }
  }));

const EXCHANGER = join(import.meta.dirname, 'exchanger.ts');
