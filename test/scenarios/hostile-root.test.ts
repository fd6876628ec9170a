import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { needs } from './harness/scenario.ts';
import { stays } from './harness/yaml.ts';

const scenario = needs('busybox');

/** Names, types, modes, owners, sizes, times and contents of everything below a directory. */
function fingerprint(directory: string): string {
  const hash = createHash('sha256');
  const walk = (path: string): void => {
    const { mode, uid, gid, size, mtimeMs, ctimeMs } = lstatSync(path);
    hash.update(JSON.stringify([path, mode, uid, gid, size, mtimeMs, ctimeMs]));
    if ((mode & 0o170000) === 0o120000) hash.update(readlinkSync(path));
    else if ((mode & 0o170000) === 0o040000)
      for (const name of readdirSync(path).toSorted()) walk(join(path, name));
    else hash.update(readFileSync(path));
  };
  walk(directory);
  return hash.digest('hex');
}

scenario('the root directory is never written to', async (t, project) => {
  const root = project.ownRoot();
  project.write('data/file', '');
  project.compose(`services:
  web: { rootfs: ./root, ${stays()}, working_dir: /made/here, volumes: ["./data:/new/mount/point"], tmpfs: /bin/x }
`);
  const before = fingerprint(root);
  await project.up();
  await project.exec(
    'web',
    'sh',
    '-c',
    'rm -r /bin/ls /etc/group && echo x >/etc/passwd && mkdir /d && chmod 700 /srv',
  );
  await project.changeAtOnce('down');
  t.is(fingerprint(root), before);
});

/** Each makes a trap of a root; none may change anything beside it, and the container runs or is refused. */
const traps: readonly (readonly [
  title: string,
  make: (root: string, outside: string) => void,
  keys?: string,
])[] = [
  ['/proc is a link to a directory of the host', (root, outside) => symlinkSync(outside, join(root, 'proc'))],
  ['/dev is a link to a directory of the host', (root, outside) => symlinkSync(outside, join(root, 'dev'))],
  [
    '/sys is a link that climbs out',
    (root, outside) => symlinkSync(`../../../../../..${outside}`, join(root, 'sys')),
  ],
  ['/etc/resolv.conf is a dangling link', (root) => symlinkSync('../run/x', join(root, 'etc/resolv.conf'))],
  [
    '/etc/hosts is a link to a file of the host',
    (root, outside) => symlinkSync(`${outside}/new-file`, join(root, 'etc/hosts')),
  ],
  [
    '/etc is a link to a directory of the host',
    (root, outside) => {
      rmSync(join(root, 'etc'), { recursive: true });
      symlinkSync(outside, join(root, 'etc'));
    },
  ],
  [
    'a volume goes through a link out of the root',
    (root, outside) => symlinkSync(outside, join(root, 'srv/link')),
    'volumes: ["./data:/srv/link/below"]',
  ],
  [
    'a volume is a link out of the root',
    (root, outside) => symlinkSync(outside, join(root, 'srv/link')),
    'volumes: ["./data:/srv/link"]',
  ],
  [
    'the working directory goes through a link out of the root',
    (root, outside) => symlinkSync(outside, join(root, 'srv/link')),
    'working_dir: /srv/link/made',
  ],
  [
    'links that lead to each other',
    (root) => {
      symlinkSync('b', join(root, 'srv/a'));
      symlinkSync('a', join(root, 'srv/b'));
    },
    'volumes: ["./data:/srv/a/x"]',
  ],
];

for (const [title, make, keys = 'tmpfs: /tmp'] of traps)
  scenario(`a hostile root never touches the host: ${title}`, async (t, project) => {
    const root = project.ownRoot();
    const outside = project.path('outside');
    mkdirSync(outside);
    project.write('outside/file', 'of the host\n');
    project.write('data/file', '');
    make(root, outside);
    project.compose(
      `services:\n  web: { rootfs: ./root, command: [sleep, "1000"], stop_grace_period: 0s, ${keys} }\n`,
    );
    const before = [fingerprint(outside), fingerprint(root)];
    const { code, stderr } = await project.tscompose('up', '-d');
    t.true(code === 0 || /error\[/.test(stderr), stderr);
    if (code === 0) {
      t.is(await project.exec('web', 'busybox', 'stat', '-f', '-c', '%T', '/proc'), 'proc');
      t.not((await project.attempt('web', 'grep', '-r', 'of the host', '/etc', '/srv')).code, 0);
    }
    t.deepEqual([fingerprint(outside), fingerprint(root)], before);
  });

scenario('passwd and group files that lead out of the root are not read', async (t, project) => {
  const root = project.ownRoot();
  project.write('outside/passwd', 'alice:x:7777:7777::/:/bin/sh\n');
  rmSync(join(root, 'etc/passwd'));
  symlinkSync(project.path('outside/passwd'), join(root, 'etc/passwd'));
  project.compose('services:\n  web: { rootfs: ./root, command: [id, -u], user: alice }\n');
  const { code, stdout, stderr } = await project.tscompose('run', '--rm', 'web');
  t.not(stdout, '7777\n');
  t.is(code, 1, stderr);
});
