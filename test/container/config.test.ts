import test from 'ava';
import { ociConfig } from '../../src/container/config.ts';
import type { Service } from '../../src/project/model/project.ts';
import { facts, host, service } from './samples.ts';

const config = (changes: Partial<Service> = {}, found = facts()) =>
  ociConfig(service(changes), found, host({ throttledCpus: [0] }), {
    hostname: 'box',
    cgroup: 'tscompose/app/app-web-1',
  });

const hex = (names: readonly string[], all: readonly string[]): string =>
  names.reduce((bits, name) => bits | (1n << BigInt(all.indexOf(name))), 0n).toString(16);

test('the default capabilities are Docker’s fourteen, inheritable and ambient none', (t) => {
  const { bounding, effective, permitted, inheritable, ambient } = config().process.capabilities;
  const { bounding: all } = config({ privileged: true }).process.capabilities;
  t.is(hex(bounding, all), 'a80425fb');
  t.deepEqual([effective, permitted], [bounding, bounding]);
  t.deepEqual([inheritable, ambient], [[], []]);
});

test('a user who is not root keeps the bounding set and nothing else', (t) => {
  const user = { uid: 1000, gid: 1000, additionalGids: [], umask: 0o022 };
  const { bounding, effective } = config({}, facts({ user })).process.capabilities;
  t.is(bounding.length, 14);
  t.deepEqual(effective, []);
});

test('cap_drop ALL leaves what cap_add names, cap_add ALL all but what cap_drop names', (t) => {
  const bounding = (capAdd: readonly string[], capDrop: readonly string[]) =>
    config({ capAdd, capDrop }).process.capabilities.bounding;
  t.deepEqual(bounding(['CAP_NET_ADMIN'], ['ALL']), ['CAP_NET_ADMIN']);
  t.is(bounding(['ALL'], ['CAP_SYS_ADMIN']).length, 40);
  t.true(bounding(['CAP_CHOWN'], ['CAP_CHOWN']).includes('CAP_CHOWN'));
  t.false(bounding([], ['CAP_CHOWN']).includes('CAP_CHOWN'));
});

test('privileged gives what there is to give; what is asked for by name is asked of the kernel', (t) => {
  const few = host({ capabilities: ['CAP_CHOWN', 'CAP_KILL'] });
  const bounding = (changes: Partial<Service>) =>
    ociConfig(service(changes), facts(), few, { hostname: 'box', cgroup: 'c' }).process.capabilities.bounding;
  t.deepEqual(bounding({ privileged: true }), ['CAP_CHOWN', 'CAP_KILL']);
  t.deepEqual(bounding({ capAdd: ['CAP_SYS_TIME'] }), ['CAP_CHOWN', 'CAP_KILL', 'CAP_SYS_TIME']);
});

test('a mount of the user’s takes the place of a default one', (t) => {
  const mount = {
    kind: 'tmpfs',
    from: '',
    target: '/dev/shm',
    readOnly: false,
    options: ['size=1m'],
  } as const;
  const { mounts } = config({ mounts: [mount] });
  t.deepEqual(
    mounts.filter(({ destination }) => destination === '/dev/shm').map(({ options }) => options.at(-1)),
    ['size=1m'],
  );
});

test('as in Docker, a mount of the user’s covers the default ones below it, and comes after all others', (t) => {
  const of = (...targets: readonly string[]) =>
    config({
      mounts: targets.map((target) => ({
        kind: 'bind',
        from: '',
        target,
        readOnly: true,
        source: target,
        createHostPath: false,
      })),
    }).mounts.map(({ destination }) => destination);
  // Red without: isCovered in config.ts. The host's cgroups, which cadvisor reads, would be covered by the container's own.
  t.deepEqual(of('/sys'), ['/proc', '/dev', '/dev/pts', '/dev/mqueue', '/dev/shm', '/sys']);
  t.deepEqual(of('/dev'), ['/proc', '/sys', '/sys/fs/cgroup', '/dev']);
  t.true(of('/systems').includes('/sys/fs/cgroup'));
  t.deepEqual(of('/b/c', '/a', '/b').slice(-3), ['/a', '/b', '/b/c']);
});

test('as in runc, a tmpfs has the mode of the directory in its place, unless a mode is given', (t) => {
  const mode = (...options: readonly string[]) =>
    config(
      { mounts: [{ kind: 'tmpfs', from: '', target: '/run', readOnly: false, options }] },
      facts({ tmpfsModes: new Map([['/run', 0o755]]) }),
    )
      .mounts.find(({ destination }) => destination === '/run')!
      .options.filter((option) => option.startsWith('mode='));
  t.deepEqual(mode(), ['mode=755']);
  t.deepEqual(mode('mode=1770'), ['mode=1770']);
});

test('parents are mounted before what lies below them', (t) => {
  const destinations = config().mounts.map(({ destination }) => destination);
  t.true(destinations.indexOf('/dev') < destinations.indexOf('/dev/pts'));
  t.true(destinations.indexOf('/sys') < destinations.indexOf('/sys/fs/cgroup'));
});

test('HOME comes from the root’s passwd unless the service has one', (t) => {
  t.true(config({}, facts({ home: '/home/web' })).process.env.includes('HOME=/home/web'));
  t.true(
    config({ environment: { HOME: '/x' } }, facts({ home: '/home/web' })).process.env.includes('HOME=/x'),
  );
});

test('swap is twice the memory unless it is said', (t) => {
  t.deepEqual(config({ limits: { memory: 100 } }).linux.resources.memory, { limit: 100, swap: 200 });
  t.deepEqual(config({ limits: { memory: 100, memorySwap: -1 } }).linux.resources.memory, {
    limit: 100,
    swap: -1,
  });
});

test('thermal side channels of this machine’s CPUs are masked', (t) => {
  t.true(config().linux.maskedPaths.includes('/sys/devices/system/cpu/cpu0/thermal_throttle'));
  t.deepEqual(config({ privileged: true }).linux.maskedPaths, []);
});

test('the profile of system calls is the part that applies, as Docker gives it to runc', (t) => {
  const { seccomp } = config().linux;
  t.is(seccomp?.defaultAction, 'SCMP_ACT_ERRNO');
  t.deepEqual(seccomp?.architectures, ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86', 'SCMP_ARCH_X32']);
  const names = new Set(seccomp?.syscalls.flatMap((rules) => rules.names));
  t.deepEqual(
    ['read', 'chroot', 'mount', 'arch_prctl', 'breakpoint'].map((name) => names.has(name)),
    [true, true, false, true, false],
  );
  t.true(seccomp?.syscalls.every((rules) => !('includes' in rules || 'excludes' in rules)));
  t.is(config({ privileged: true }).linux.seccomp, undefined);
  t.is(config({ seccomp: 'unconfined' }).linux.seccomp, undefined);
});

test('systempaths=unconfined masks nothing, and nothing is read-only', (t) => {
  const { maskedPaths, readonlyPaths, resources } = config({ openPaths: true }).linux;
  t.deepEqual([maskedPaths, readonlyPaths], [[], []]);
  t.deepEqual(resources.devices, config().linux.resources.devices, 'but devices are as before');
});

test('what specifications of devices add takes precedence over the service', (t) => {
  const edits = {
    environment: { WHERE: 'specification', MORE: '1' },
    mounts: [{ destination: '/lib/gpu', type: 'bind', source: '/opt/gpu', options: ['rbind', 'ro'] }],
    hooks: [{ path: '/usr/bin/hook', args: ['hook', 'create'], timeout: 5 }],
  };
  const mount = {
    kind: 'tmpfs',
    from: 'services.web.volumes[0]',
    target: '/lib/gpu',
    readOnly: false,
    options: [],
  } as const;
  const { process, mounts, hooks } = config(
    { environment: { WHERE: 'service' }, mounts: [mount] },
    facts({ edits }),
  );
  t.true(process.env.includes('WHERE=specification'));
  t.true(process.env.includes('MORE=1'));
  t.deepEqual(
    mounts.filter(({ destination }) => destination === '/lib/gpu'),
    edits.mounts,
  );
  t.deepEqual(hooks, { createContainer: edits.hooks });
  t.false('hooks' in config());
});
