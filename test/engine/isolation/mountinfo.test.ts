import test from 'ava';
import { hostMounts, parseMountinfo } from '../../../src/engine/isolation/mountinfo.ts';

const onHost = parseMountinfo(`22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw
28 27 8:2 / /home rw - ext4 /dev/sda2 rw
29 27 8:2 /anna /srv/anna rw - ext4 /dev/sda2 rw
30 27 0:30 / /mnt/old rw - tmpfs tmpfs rw
31 30 8:3 /part /mnt/part ro - ext4 /dev/sdb ro
32 27 0:36 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids
33 27 0:40 / /dev/mqueue rw - mqueue mqueue rw
`);

const inContainer = (lines: string, cgroups: readonly string[] = ['/tscompose/app/app-web-1']) =>
  hostMounts(parseMountinfo(lines), onHost, cgroups);

test('a mount of a file system of the host has its path on the host; others are the container’s own', (t) => {
  const mounts = inContainer(`135 84 0:61 / / rw,relatime - overlay overlay rw
136 135 8:1 /srv/data /data rw,relatime - ext4 /dev/sda1 rw
137 135 8:2 /bob/a\\040b /with\\040space ro - ext4 /dev/sda2 rw
138 135 8:2 /anna /anna rw - ext4 /dev/sda2 rw
139 135 8:1 / /host ro - ext4 /dev/sda1 rw
140 135 0:67 / /dev/shm rw - tmpfs shm rw
`);
  t.deepEqual(
    mounts.map(({ target, source, isWritable }) => [target, source, isWritable]),
    [
      ['/data', '/srv/data', true],
      ['/with space', '/home/bob/a b', false],
      ['/anna', '/srv/anna', true],
      ['/host', '/', false],
    ],
  );
});

test('a file system that is read-only as a whole is not writable, nor is what the host shows only in part', (t) => {
  t.deepEqual(
    inContainer('1 2 8:3 /else /data rw - ext4 /dev/sdb ro\n').map(({ source, isWritable }) => [
      source,
      isWritable,
    ]),
    [['/else', false]],
  );
});

test('of two mounts on one mount point the later one counts', (t) => {
  const lines = '1 2 8:1 /a /data rw - ext4 /dev/sda1 rw\n3 1 0:70 / /data rw - tmpfs tmpfs rw\n';
  t.deepEqual(inContainer(lines), []);
});

test('propagation: peers share, a slave only receives', (t) => {
  const line = (fields: string) => `1 2 8:1 /a /data rw ${fields}- ext4 /dev/sda1 rw\n`;
  t.is(inContainer(line(''))[0]!.propagation, 'private');
  t.is(inContainer(line('master:7 '))[0]!.propagation, 'slave');
  t.is(inContainer(line('shared:9 master:7 '))[0]!.propagation, 'shared');
});

test('the cgroups that every container sees are no mounts of the host, writable ones outside its own are', (t) => {
  const line = (root: string, options: string, target = '/sys/fs/cgroup/pids') =>
    `1 2 0:36 ${root} ${target} ${options} - cgroup cgroup rw,pids\n`;
  t.deepEqual(inContainer(line('/', 'ro')), []);
  t.deepEqual(inContainer(line('/tscompose/app/app-web-1', 'rw')), []);
  t.is(inContainer(line('/', 'rw'))[0]?.source, '/sys/fs/cgroup/pids');
  t.is(inContainer(line('/', 'rw'), ['/'])[0]?.source, '/sys/fs/cgroup/pids');
  t.is(inContainer(line('/', 'ro', '/cgroups'))[0]?.target, '/cgroups');
  t.deepEqual(inContainer('1 2 0:40 / /dev/mqueue rw - mqueue mqueue rw\n'), []);
});
