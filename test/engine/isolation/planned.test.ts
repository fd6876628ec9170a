import test from 'ava';
import type { Container } from '../../../src/container/facts.ts';
import type { DeviceVerdict } from '../../../src/engine/isolation/device-facts.ts';
import { parseMountinfo } from '../../../src/engine/isolation/mountinfo.ts';
import { plannedIsolation } from '../../../src/engine/isolation/planned.ts';
import { openingsOf } from '../../../src/engine/isolation/rules.ts';
import { container, host, NONE } from '../../container/samples.ts';

const machine = {
  mounts: parseMountinfo(`27 1 8:1 / / rw - ext4 /dev/sda1 rw
28 27 8:2 /sub /nowhere rw - ext4 /dev/sda2 rw
29 27 0:23 / /dev/shm rw - tmpfs tmpfs rw
30 27 0:36 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw
`),
  devices: [
    { type: 'b', major: 8, minor: 0, name: 'sda' },
    { type: 'c', major: 1, minor: 3, name: 'null' },
  ],
  deviceRules: () => true,
} as const;

const plan = (given: Container) => plannedIsolation(given, machine);
const rules = (given: Container) => openingsOf(plan(given)).map(({ rule, subject }) => `${rule} ${subject}`);
const ofContainers = /extra-capability|no-filter/;
const open = (given: Container) => rules(given).filter((text) => !ofContainers.test(text));

const bind = (source: string, target: string, more: object = {}) => ({
  from: 'services.web.volumes[0]',
  kind: 'bind' as const,
  source,
  target,
  readOnly: false,
  createHostPath: true,
  ...more,
});

test('of a service without keys, only root is open', (t) => {
  t.deepEqual(open(container()), ['host-root uid']);
  t.deepEqual(plan(container()).devices, { access: 'default', beyond: [] });
});

test('privileged opens every device and every capability', (t) => {
  const found = rules(container({ privileged: true }));
  t.true(found.includes('extra-device all'));
  t.true(found.includes('extra-capability CAP_SYS_ADMIN'));
});

// Red without: the rules of the machine in planned.ts.
test('a privileged container opens no more devices than the cgroups above allow', (t) => {
  const planned = (deviceRules: DeviceVerdict) =>
    plannedIsolation(container({ privileged: true }), { ...machine, deviceRules }).devices;
  t.is(planned(({ minor }) => minor === 3).access, 'default');
  t.deepEqual(
    planned(({ minor }, access) => minor === 0 && access === 'r'),
    {
      access: 'some',
      beyond: [{ type: 'b', major: 8, minor: 0, name: 'sda', access: 'r' }],
    },
  );
  t.is(planned(() => undefined).access, 'unknown');
});

test('a machine that cannot refuse devices opens them all', (t) => {
  t.is(plan(container({}, { host: host({ cgroups: NONE }) })).devices.access, 'all');
});

test('the namespaces of the host and of other containers', (t) => {
  const shared = [
    { name: 'the host', types: ['ipc', 'uts'] },
    { name: 'app-db-1', holder: '$of.app-db-1', types: ['pid'] },
  ] as const;
  t.like(plan(container({}, { shared })).namespaces, {
    pid: { kind: 'shared', with: ['app-db-1'] },
    ipc: { kind: 'host' },
    uts: { kind: 'host' },
    cgroup: { kind: 'own' },
  });
});

test('binds are mounts of the host, with their place in the file system that holds them', (t) => {
  const mounts = [
    bind('/nowhere/data', '/data', { propagation: 'rshared' }),
    bind('/nowhere', '/ro', { readOnly: true, propagation: 'rslave' }),
    { from: 'services.web.tmpfs[0]', kind: 'tmpfs' as const, target: '/tmp', readOnly: false, options: [] },
  ];
  t.deepEqual(plan(container({ mounts })).hostMounts, [
    {
      target: '/data',
      source: '/nowhere/data',
      isWritable: true,
      propagation: 'shared',
      identity: '8:2 /sub/data',
    },
    {
      target: '/ro',
      source: '/nowhere',
      isWritable: false,
      propagation: 'slave',
      identity: '8:2 /sub',
    },
  ]);
});

test('/dev/shm of the host, and the tree of cgroups of a privileged service in its cgroup namespace', (t) => {
  t.true(open(container({ namespaces: { ipc: { kind: 'host' } } })).includes('writable-host-path /dev/shm'));
  const whole = { privileged: true, namespaces: { cgroup: { kind: 'host' } } } as const;
  t.true(open(container(whole)).includes('writable-host-path /sys/fs/cgroup'));
  t.false(open(container({ privileged: true })).includes('writable-host-path /sys/fs/cgroup'));
});
