import test from 'ava';
import { compile } from '../../src/container/compile.ts';
import type { Container, SharedNamespaces } from '../../src/container/facts.ts';
import { withSharedMounts } from '../../src/container/root/shared-mounts.ts';
import { stepsOf } from '../../src/kernel/program/program.ts';
import { stepText } from '../../src/kernel/program/text.ts';
import type { Service } from '../../src/project/model/project.ts';
import { container } from './samples.ts';

const HOLDER = '$of.app-db-1';
const ofDb = (...types: SharedNamespaces['types']): SharedNamespaces => ({
  name: 'app-db-1',
  holder: HOLDER,
  types,
});
const ofHost = (...types: SharedNamespaces['types']): SharedNamespaces => ({ name: 'the host', types });

const sharing = (
  shared: readonly SharedNamespaces[],
  namespaces: NonNullable<Service['namespaces']>,
  changes: Partial<Service> = {},
): Container => container({ namespaces, ...changes }, { shared });

const all = (described: Container): readonly string[] => stepsOf(compile(described)).map(stepText);
const starting = (described: Container, ...calls: readonly string[]): readonly string[] =>
  all(described).filter((text) => calls.some((name) => text.startsWith(`${name}(`)));

// To make all mounts private, and to change the root.
const TWICE_TO_ITS_ROOT = Array.from({ length: 2 }, () => 'setns(486, CLONE_NEWNS)');

test('all are its own where nothing is said', (t) => {
  t.deepEqual(starting(container(), 'unshare', 'setns', 'sethostname'), [
    'unshare(CLONE_NEWPID)',
    'setns($host.pid, CLONE_NEWPID)',
    'unshare(CLONE_NEWNET|CLONE_NEWUTS|CLONE_NEWIPC)',
    'sethostname("box")',
    'unshare(CLONE_NEWNS)',
    ...TWICE_TO_ITS_ROOT,
    'unshare(CLONE_NEWCGROUP)',
  ]);
});

test('those of the host are neither unshared nor changed', (t) => {
  const host = { kind: 'host' } as const;
  const described = sharing([ofHost('pid', 'ipc', 'uts', 'cgroup')], {
    pid: host,
    ipc: host,
    uts: host,
    cgroup: host,
  });
  t.deepEqual(starting(described, 'unshare', 'setns', 'sethostname'), [
    'unshare(CLONE_NEWNET)',
    'unshare(CLONE_NEWNS)',
    ...TWICE_TO_ITS_ROOT,
  ]);
  t.deepEqual(
    described.config.linux.namespaces.map(({ type }) => type),
    ['network', 'mount'],
  );
  t.true(all(described).some((text) => text.startsWith('open_tree(AT_FDCWD, "/dev/shm"')));
});

test('those of another are joined by a descriptor of its process', (t) => {
  const db = { kind: 'service', name: 'db' } as const;
  const described = sharing([ofDb('pid', 'ipc')], { pid: db, ipc: db });
  t.deepEqual(starting(described, 'unshare', 'setns'), [
    `setns(${HOLDER}, CLONE_NEWPID|CLONE_NEWIPC)`,
    'unshare(CLONE_NEWNET|CLONE_NEWUTS)',
    'unshare(CLONE_FS)',
    `setns(${HOLDER}, CLONE_NEWNS)`,
    'setns($host_mounts, CLONE_NEWNS)',
    'unshare(CLONE_NEWNS)',
    ...TWICE_TO_ITS_ROOT,
    'unshare(CLONE_NEWCGROUP)',
  ]);
});

test('the /dev/shm of another is held while the process is among its mounts, and mounted on /dev', (t) => {
  const described = sharing([ofDb('ipc')], { ipc: { kind: 'service', name: 'db' } });
  const steps = all(described);
  const at = (beginning: string): number => steps.findIndex((text) => text.startsWith(beginning));
  t.true(at(`setns(${HOLDER}, CLONE_NEWNS`) < at('openat2(AT_FDCWD, "/dev/shm"'));
  t.true(at('openat2(AT_FDCWD, "/dev/shm"') < at('open_tree($place, ""'));
  t.true(at('open_tree($place, ""') < at('setns($host_mounts'));
  t.true(
    at('openat2(AT_FDCWD, "/dev",') <
      steps.findLastIndex((text) => text.startsWith('openat2(AT_FDCWD, "/dev/shm"')),
  );
  t.is(at('mount("shm"'), -1);
});

test('a service with its own /dev/shm or /dev keeps it', (t) => {
  for (const target of ['/dev/shm', '/dev']) {
    const mount = {
      kind: 'bind',
      from: '',
      target,
      readOnly: false,
      source: '/srv',
      createHostPath: false,
    } as const;
    const described = sharing([ofDb('ipc')], { ipc: { kind: 'service', name: 'db' } }, { mounts: [mount] });
    t.false(
      all(described).some((text) => text.startsWith('open_tree($place')),
      target,
    );
  }
});

// Red without: isShared of planned mounts, by which two with the same content differ.
test('a mount with the content of one from another container is not that one', (t) => {
  const described = sharing([ofDb('ipc')], { ipc: { kind: 'service', name: 'db' } });
  const { config } = described;
  const alike = { ...described, shared: [] };
  const mounts = withSharedMounts(described).map((mount) => ({ ...mount }));
  t.false(all(described).some((text) => text.startsWith('open_tree(AT_FDCWD, "/dev/shm"')));
  t.true(
    all({ ...alike, config: { ...config, mounts } }).some((text) =>
      text.startsWith('open_tree(AT_FDCWD, "/dev/shm"'),
    ),
  );
});

test('none has no /dev/shm', (t) => {
  const described = sharing([], { ipc: { kind: 'none' } });
  t.false(all(described).some((text) => text.includes('"/dev/shm"')));
  t.true(all(described).some((text) => text.includes('"/dev/mqueue"')));
});

test('a cable leads to a descriptor of its network where its own number is not known before', (t) => {
  const cable = (described: Container): string => starting(described, 'sendto')[0] ?? '';
  t.regex(cable(container()), /netns 1\b/);
  t.regex(cable(sharing([ofHost('pid')], { pid: { kind: 'host' } })), /netns .*492/);
});

// Red without: successionSteps in compile.ts, or its order.
test('the command enters the PID namespace of another without privileges, descriptors and paths of the host', (t) => {
  for (const init of [false, true]) {
    const steps = all(
      sharing([ofDb('pid')], { pid: { kind: 'service', name: 'db' } }, { init, tty: false }),
    ).map((text) => text.replace(/\(.*/s, ''));
    const clone = steps.indexOf('clone');
    for (const before of ['pivot_root', 'capset', 'close_range', 'madvise'])
      t.true(steps.includes(before) && steps.indexOf(before) < clone, before);
    t.deepEqual(steps.slice(steps.lastIndexOf('madvise') + 1, clone), [
      'mmap',
      'close',
      'close_range',
      'close_range',
      'seccomp',
      'capset',
    ]);
    const harmless = ['prctl', 'write', 'read', 'close_range', 'setsid', 'rt_sigprocmask', 'execve'];
    const ofInit = ['clone', 'rt_sigtimedwait', 'setpgid'];
    const after = steps.slice(clone + 1).filter((name) => !harmless.includes(name));
    t.deepEqual(after, init ? ofInit : []);
  }
});

test('an init that is not PID 1 reaps orphans all the same', (t) => {
  const reaps = (described: Container): number =>
    starting(described, 'prctl').filter((text) => text.includes('PR_SET_CHILD_SUBREAPER')).length;
  t.is(reaps(container({ init: true })), 0);
  t.is(reaps(sharing([ofDb('pid')], { pid: { kind: 'service', name: 'db' } }, { init: true })), 1);
});
