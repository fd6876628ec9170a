import test from 'ava';
import type { Place } from '../../../src/base/diagnostic.ts';
import { differencesOf } from '../../../src/engine/isolation/differences.ts';
import type { Isolation } from '../../../src/engine/isolation/facts.ts';
import { placedOpenings } from '../../../src/engine/isolation/placed-openings.ts';
import { openingsOf } from '../../../src/engine/isolation/rules.ts';
import type { Service } from '../../../src/project/model/project.ts';
import { service } from '../../plan/samples.ts';
import { capabilities, isolation, mount, namespaces, processFacts, user } from './samples.ts';

const found = (changes: Partial<Isolation>) =>
  openingsOf(isolation(changes)).map(({ rule, subject }) => `${rule} ${subject}`);

test('a container that has everything to itself is closed', (t) => {
  t.deepEqual(found({}), []);
});

test('each rule finds what it is about', (t) => {
  t.deepEqual(found({ namespaces: namespaces({ pid: { kind: 'host' } }) }), ['host-namespace pid']);
  t.deepEqual(found({ namespaces: namespaces({ ipc: { kind: 'shared', with: ['app-db-1'] } }) }), [
    'shared-namespace ipc',
  ]);
  t.deepEqual(found({ process: processFacts({ capabilities: capabilities('CAP_BPF', '-CAP_KILL') }) }), [
    'extra-capability CAP_BPF',
  ]);
  t.deepEqual(found({ process: processFacts({ filters: 0 }) }), ['no-filter seccomp']);
  t.deepEqual(found({ devices: { access: 'all', beyond: [] } }), ['extra-device all']);
  t.deepEqual(found({ devices: { access: 'unknown', beyond: [] } }), ['extra-device unknown']);
  t.deepEqual(
    found({
      devices: {
        access: 'some',
        beyond: [{ type: 'b', major: 8, minor: 0, name: 'sda', access: 'r' }],
      },
    }),
    ['extra-device b 8:0'],
  );
  t.deepEqual(found({ hostMounts: [mount('/data'), mount('/ro', { isWritable: false })] }), [
    'writable-host-path /data',
  ]);
  const source = '/var/lib/tscompose/.volumes/app_data/data';
  t.deepEqual(found({ hostMounts: [mount('/data', { source })] }), [], 'a volume is nothing of the host');
  t.deepEqual(found({ process: processFacts({ user: user(0) }) }), ['host-root uid']);
  t.deepEqual(found({ process: processFacts({ user: user(0, 100000) }) }), []);
  t.deepEqual(found({ process: processFacts({ user: user(7, 0) }) }), ['host-root uid']);
});

test('a further process adds only what the first one does not have', (t) => {
  const shell = {
    ...processFacts({ filters: 0, user: user(0) }),
    pid: 42,
    command: 'sh',
    devices: { access: 'all', beyond: [] },
  } as const;
  const openings = openingsOf(isolation({ process: processFacts({ user: user(0) }), exceptions: [shell] }));
  t.deepEqual(
    openings.map(({ rule, process }) => [rule, process]),
    [
      ['no-filter', { pid: 42, command: 'sh' }],
      ['extra-device', { pid: 42, command: 'sh' }],
      ['host-root', undefined],
    ],
  );
});

const placeOf = (line: number): Place => ({ file: '/srv/compose.yaml', start: 0, end: 1, line, column: 3 });

/** A file with these keys, one on each line. */
const placesOf = (keys: readonly string[]) => (path: string) => {
  const line = keys.indexOf(path) + 1;
  return line > 0 ? placeOf(line) : undefined;
};

const keys = [
  'services.web',
  'services.web.privileged',
  'services.web.cap_add[0]',
  'services.web.cap_add[1]',
  'services.web.volumes[0]',
  'services.web.ipc',
  'services.web.user',
  'services.api.pid',
  'services.web.security_opt[1]',
  'services.web.devices[1]',
  'services.web.device_cgroup_rules[0]',
];

const origins = (facts: Isolation, own: Partial<Service>, planned = facts, others: readonly Service[] = []) =>
  placedOpenings(facts, {
    service: service('web', own),
    container: 'app-web-1',
    others,
    nodes: [{ path: '/dev/disk', type: 'b', major: 8, minor: 0, fileMode: 0o600, uid: 0, gid: 0 }],
    planned,
    places: placesOf(keys),
  }).map(({ subject, by, key, at }) => [subject, by, key, at?.line]);

test('a capability is opened by its own entry, by ALL, or by privileged', (t) => {
  const facts = isolation({ process: processFacts({ capabilities: capabilities('CAP_BPF') }) });
  t.deepEqual(origins(facts, { capAdd: ['CAP_KILL', 'CAP_BPF'] }), [
    ['CAP_BPF', 'key', 'services.web.cap_add[1]', 4],
  ]);
  t.deepEqual(origins(facts, { capAdd: ['ALL'] }), [['CAP_BPF', 'key', 'services.web.cap_add[0]', 3]]);
  t.deepEqual(origins(facts, { privileged: true }), [['CAP_BPF', 'key', 'services.web.privileged', 2]]);
});

test('the filter is left out by security_opt, or by privileged', (t) => {
  const facts = isolation({ process: processFacts({ filters: 0 }) });
  t.deepEqual(origins(facts, { unconfinedFrom: 'services.web.security_opt[1]' }), [
    ['seccomp', 'key', 'services.web.security_opt[1]', 9],
  ]);
  t.deepEqual(origins(facts, { privileged: true }), [['seccomp', 'key', 'services.web.privileged', 2]]);
});

test('a device is opened by its entry, by a rule, or by privileged', (t) => {
  const device = (type: 'b' | 'c', major: number) =>
    ({ type, major, minor: 0, name: 'x', access: 'r' }) as const;
  const facts = isolation({ devices: { access: 'some', beyond: [device('b', 8), device('c', 188)] } });
  const entry = (target: string) => ({ source: '/dev/sda', target, permissions: 'r' });
  t.deepEqual(
    origins(facts, { devices: [entry('/dev/x'), entry('dev/disk')], deviceRules: ['c 188:* rw'] }),
    [
      ['b 8:0', 'key', 'services.web.devices[1]', 10],
      ['c 188:0', 'key', 'services.web.device_cgroup_rules[0]', 11],
    ],
  );
  const all = isolation({ devices: { access: 'all', beyond: [] } });
  t.deepEqual(origins(all, { deviceRules: ['a *:* rwm'] }), [
    ['all', 'key', 'services.web.device_cgroup_rules[0]', 11],
  ]);
  t.deepEqual(origins(all, { privileged: true }), [['all', 'key', 'services.web.privileged', 2]]);
});

test('a mount is opened by the volume at or above it, /dev/shm of the host by ipc', (t) => {
  const volume = {
    from: 'services.web.volumes[0]',
    kind: 'bind',
    source: '/srv',
    target: '/data',
    readOnly: false,
    createHostPath: true,
  } as const;
  const facts = isolation({ hostMounts: [mount('/data/below'), mount('/dev/shm'), mount('/database')] });
  const planned = isolation({ hostMounts: [mount('/data'), mount('/dev/shm')] });
  t.deepEqual(origins(facts, { mounts: [volume], namespaces: { ipc: { kind: 'host' } } }, planned), [
    ['/data/below', 'key', 'services.web.volumes[0]', 5],
    ['/dev/shm', 'key', 'services.web.ipc', 6],
    ['/database', 'nothing', undefined, undefined],
  ]);
});

test('root is opened by `user`, or by the lack of it', (t) => {
  const facts = isolation({ process: processFacts({ user: user(0) }) });
  t.deepEqual(origins(facts, { user: '0' }), [['uid', 'key', 'services.web.user', 7]]);
  t.deepEqual(origins(facts, {}), [['uid', 'default', 'services.web', 1]]);
});

test('a namespace that another service takes is opened by the key of that service', (t) => {
  const shared = isolation({ namespaces: namespaces({ pid: { kind: 'shared', with: ['app-api-1'] } }) });
  const api = (namespace: NonNullable<Service['namespaces']>['pid'] & {}) =>
    service('api', { namespaces: { pid: namespace } });
  for (const other of [api({ kind: 'service', name: 'web' }), api({ kind: 'container', name: 'app-web-1' })])
    t.deepEqual(origins(shared, {}, shared, [service('web'), other]), [
      ['pid', 'key', 'services.api.pid', 8],
    ]);
});

test('what only the running container has is not in the file, and neither is a process of exec', (t) => {
  const running = isolation({
    process: processFacts({ filters: 0 }),
    exceptions: [{ ...processFacts({ capabilities: capabilities('CAP_BPF') }), pid: 42, command: 'sh' }],
  });
  t.deepEqual(origins(running, { capAdd: ['CAP_BPF'] }, isolation()), [
    ['CAP_BPF', 'nothing', undefined, undefined],
    ['seccomp', 'nothing', undefined, undefined],
  ]);
});

test('a difference comes from another file at the start, or from a change after it', (t) => {
  const [before, after] = [isolation(), isolation({ process: processFacts({ user: user(7) }) })];
  t.deepEqual(differencesOf(before, { file: before, started: before }), []);
  t.deepEqual(differencesOf(before, { file: after, started: before }), [{ facet: 'user', since: 'file' }]);
  t.deepEqual(differencesOf(after, { file: before, started: before }), [{ facet: 'user', since: 'start' }]);
});

test('each kind of fact can differ; mounts below a bind and a second filter are no difference', (t) => {
  const differing = (changes: Partial<Isolation>, other: Partial<Isolation> = {}) =>
    differencesOf(isolation(changes), { file: isolation(other), started: isolation() }).map(
      ({ facet }) => facet,
    );
  t.deepEqual(differing({ namespaces: namespaces({ uts: { kind: 'host' } }) }), ['namespaces']);
  t.deepEqual(differing({ process: processFacts({ capabilities: capabilities('-CAP_KILL') }) }), [
    'capabilities',
  ]);
  t.deepEqual(differing({ process: processFacts({ filters: 0 }) }), ['seccomp']);
  t.deepEqual(differing({ process: processFacts({ noNewPrivileges: true }) }), ['seccomp']);
  t.deepEqual(differing({ process: processFacts({ filters: 2 }) }), []);
  t.deepEqual(differing({ devices: { access: 'all', beyond: [] } }), ['devices']);
  t.deepEqual(differing({ hostMounts: [mount('/data')] }), ['mounts']);
  t.deepEqual(
    differing({ hostMounts: [mount('/data'), mount('/data/sub')] }, { hostMounts: [mount('/data')] }),
    [],
  );
  t.deepEqual(
    differing({ hostMounts: [mount('/data')] }, { hostMounts: [mount('/data', { isWritable: false })] }),
    ['mounts'],
  );
});
