import test from 'ava';
import { type CgroupLayout, hierarchyWith, parseCgroups, unified } from '../../src/kernel/cgroup.ts';

test('a hybrid machine has its limits in version 1 and the unified tree beside', (t) => {
  const layout = parse(
    [
      '22 27 0:21 / /proc rw,relatime - proc proc rw',
      '27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard',
      '31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755',
      '32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu',
      '33 31 0:30 / /sys/fs/cgroup/cpuacct rw,relatime - cgroup cgroup rw,cpuacct',
      '35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory',
      '39 31 0:36 / /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids',
      '40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,name=systemd',
      '41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw',
    ],
    ['9:name=systemd:/', '8:pids:/', '4:memory:/agent/415c8f', '2:cpuacct:/', '1:cpu:/', '0::/', ''],
    { '/sys/fs/cgroup/unified': 'hugetlb\n' },
  );
  t.is(layout.mode, 'hybrid');
  t.deepEqual(hierarchyWith(layout, 'memory'), {
    version: 1,
    controllers: ['memory'],
    mountPoint: '/sys/fs/cgroup/memory',
    mountRoot: '/',
    readOnly: false,
    path: '/agent/415c8f',
    own: '/sys/fs/cgroup/memory/agent/415c8f',
  });
  t.is(hierarchyWith(layout, 'cpu')?.own, '/sys/fs/cgroup/cpu');
  t.is(hierarchyWith(layout, 'hugetlb'), unified(layout));
  t.is(unified(layout)?.mountPoint, '/sys/fs/cgroup/unified');
  t.is(named(layout, 'systemd')?.mountPoint, '/sys/fs/cgroup/systemd');
  t.is(hierarchyWith(layout, 'devices'), undefined);
});

test('a machine of version 2 has one tree with the controllers that it offers', (t) => {
  const layout = parse(
    [
      '24 1 259:2 / / rw,relatime shared:1 - ext4 /dev/nvme0n1p2 rw',
      '35 25 0:30 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate',
    ],
    ['0::/user.slice/user-1000.slice/session-4.scope'],
    { '/sys/fs/cgroup': 'cpuset cpu io memory hugetlb pids rdma misc\n' },
  );
  t.is(layout.mode, 'v2');
  t.is(layout.hierarchies.length, 1);
  t.deepEqual(
    ['cpu', 'memory', 'pids'].map((controller) => hierarchyWith(layout, controller)?.mountPoint),
    ['/sys/fs/cgroup', '/sys/fs/cgroup', '/sys/fs/cgroup'],
  );
  t.is(unified(layout)?.own, '/sys/fs/cgroup/user.slice/user-1000.slice/session-4.scope');
});

test('controllers that are mounted together share a hierarchy, whatever its directory is called', (t) => {
  const layout = parse(
    [
      '30 25 0:26 / /sys/fs/cgroup ro,nosuid shared:8 - tmpfs tmpfs ro,mode=755',
      '31 30 0:27 / /sys/fs/cgroup/systemd rw shared:9 - cgroup cgroup rw,xattr,release_agent=/x,name=systemd',
      '33 30 0:29 / /somewhere/else rw shared:11 - cgroup cgroup rw,cpu,cpuacct',
      '34 30 0:30 / /sys/fs/cgroup/memory rw shared:12 - cgroup cgroup rw,memory',
    ],
    ['5:cpu,cpuacct:/user.slice', '3:memory:/user.slice', '1:name=systemd:/user.slice/user-0.slice'],
  );
  t.is(layout.mode, 'v1');
  t.is(hierarchyWith(layout, 'cpu'), hierarchyWith(layout, 'cpuacct'));
  t.like(hierarchyWith(layout, 'cpu'), { mountPoint: '/somewhere/else', own: '/somewhere/else/user.slice' });
  t.is(unified(layout), undefined);
});

test('a container that was given its own part of the tree finds itself at the mount point', (t) => {
  const layout = parse(
    [
      '901 899 0:30 /docker/0f3a /sys/fs/cgroup/memory ro,nosuid - cgroup cgroup rw,memory',
      '902 899 0:31 /docker/0f3a /sys/fs/cgroup/pids rw,nosuid - cgroup cgroup rw,pids',
    ],
    ['9:memory:/docker/0f3a', '8:pids:/docker/0f3a/inner'],
  );
  t.like(hierarchyWith(layout, 'memory'), {
    mountRoot: '/docker/0f3a',
    own: '/sys/fs/cgroup/memory',
    readOnly: true,
  });
  t.like(hierarchyWith(layout, 'pids'), { own: '/sys/fs/cgroup/pids/inner', readOnly: false });
});

test('a cgroup that is not below the mount point has no directory', (t) => {
  const layout = parse(
    [
      '901 899 0:30 /docker/0f3a /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory',
      '902 899 0:31 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids',
    ],
    ['9:memory:/docker/0f3ab', '8:pids:/../outside'],
  );
  t.is(hierarchyWith(layout, 'memory')?.own, undefined);
  t.is(hierarchyWith(layout, 'pids')?.own, undefined);
});

test('of several mounts of a hierarchy the one that can be written and shows our own cgroup is taken', (t) => {
  const layout = parse(
    [
      '50 1 0:30 / /a ro - cgroup2 cgroup2 rw',
      '51 1 0:30 /other /b rw - cgroup2 cgroup2 rw',
      '52 1 0:30 / /c rw - cgroup2 cgroup2 rw',
    ],
    ['0::/mine'],
  );
  t.is(unified(layout)?.own, '/c/mine');
});

test('a mount that is hidden by a later one is not there', (t) => {
  const mount = '52 1 0:30 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw';
  t.is(parse([mount, '53 52 0:31 / /sys/fs/cgroup rw - tmpfs tmpfs rw'], ['0::/']).mode, 'none');
  t.is(parse(['51 1 0:31 / /sys/fs/cgroup rw - tmpfs tmpfs rw', mount], ['0::/']).mode, 'v2');
});

test('blanks in mount points and colons in cgroups are read', (t) => {
  const layout = parse(['52 1 0:30 / /my\\040cgroups rw - cgroup2 cgroup2 rw'], ['0::/a:b/c d']);
  t.is(unified(layout)?.own, '/my cgroups/a:b/c d');
});

test('a controller that is known to the process but mounted nowhere is left out', (t) => {
  const layout = parse(['52 1 0:30 / /cg rw - cgroup cgroup rw,memory'], ['3:pids:/', '2:memory:/', '0::/']);
  t.deepEqual(
    layout.hierarchies.map(({ controllers }) => controllers),
    [['memory']],
  );
});

test('a machine without cgroups has none', (t) => {
  t.deepEqual(parse([], []), { mode: 'none', hierarchies: [] });
  t.deepEqual(parse(['24 1 259:2 / / rw - ext4 /dev/vda rw'], ['0::/']), { mode: 'none', hierarchies: [] });
});

const parse = (
  mountinfo: readonly string[],
  cgroup: readonly string[],
  controllers: Readonly<Record<string, string>> = {},
): CgroupLayout =>
  parseCgroups(mountinfo.join('\n'), cgroup.join('\n'), (mountPoint) => controllers[mountPoint] ?? '');

const named = ({ hierarchies }: CgroupLayout, wanted: string) =>
  hierarchies.find(({ name }) => name === wanted);
