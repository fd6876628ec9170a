import test from 'ava';
import { changeCause, changedKeys } from '../../src/plan/changes.ts';
import { configHash, networkHash, stableJson } from '../../src/plan/hash.ts';
import type { Grant, Mount } from '../../src/project/model/project.ts';
import { token } from '../project/grant-samples.ts';
import { after, network, on, service } from './samples.ts';

test('the hash is the one of an equal service, however its keys are ordered', (t) => {
  const one = service('web', { environment: { A: '1', B: '2' }, labels: { x: 'y' } });
  const { name, ...rest } = service('web', { labels: { x: 'y' }, environment: { B: '2', A: '1' } });
  t.is(configHash(one), configHash({ ...rest, name }));
  t.regex(configHash(one), /^[\da-f]{64}$/);
});

test('every attribute but depends_on counts', (t) => {
  const before = configHash(service('web'));
  t.is(configHash(service('web', { dependsOn: after('db') })), before);
  for (const change of [
    { tty: true },
    { limits: { memory: 1 } },
    { environment: { A: '' } },
    { command: null },
    { networks: on('back') },
    { networks: { default: { aliases: ['www'] } } },
  ])
    t.not(configHash(service('web', change)), before);
});

test('the order of a list counts', (t) => {
  const hash = (command: readonly string[]) => configHash(service('web', { command }));
  t.not(hash(['a', 'b']), hash(['b', 'a']));
});

test('where a port is written does not count, and what it is does', (t) => {
  const at = (index: number, target = 80) =>
    configHash(
      service('web', { ports: [{ from: `services.web.ports[${index}]`, target, protocol: 'tcp' }] }),
    );
  t.is(at(0), at(1));
  t.not(at(0), at(0, 81));
});

test('where a missing filter is written does not count', (t) => {
  const at = (index: number) =>
    configHash(
      service('web', { seccomp: 'unconfined', unconfinedFrom: `services.web.security_opt[${index}]` }),
    );
  t.is(at(0), at(1));
});

test('where a mount is written in the file does not count', (t) => {
  const mount: Mount = {
    from: 'services.web.volumes[0]',
    target: '/tmp',
    readOnly: false,
    kind: 'tmpfs',
    options: [],
  };
  const hash = (from: string) => configHash(service('web', { mounts: [{ ...mount, from }] }));
  t.is(hash('services.web.volumes[0]'), hash('services.web.volumes[1]'));
});

test('a network that changes changes no service that is on it', (t) => {
  const before = network('back');
  t.not(networkHash({ ...before, blocks: [{ subnet: '10.9.0.0/24' }] }), networkHash(before));
});

test('what a service asks of its networks changes it', (t) => {
  const hash = (attachment: object) =>
    configHash(service('web', { networks: { back: { aliases: [], ...attachment } } }));
  t.not(hash({ ipv4Address: '10.0.0.5' }), hash({}));
  t.not(hash({ gatewayPriority: 1 }), hash({}));
  const both = (...keys: readonly string[]) =>
    configHash(service('web', { networks: Object.fromEntries(keys.map((key) => [key, { aliases: [] }])) }));
  t.is(both('a', 'b'), both('b', 'a'));
});

test('what is undefined is not there', (t) => {
  t.is(stableJson({ b: [{ d: 1, c: undefined }], a: null }), '{"a":null,"b":[{"d":1}]}');
  t.is(stableJson(undefined), 'null');
});

test('changed attributes are named as the file has them', (t) => {
  const after = service('web', {
    limits: { memory: 1, pids: 5, memorySwap: 3 },
    workingDir: '/srv',
    mounts: [{ from: '', target: '/t', readOnly: false, kind: 'tmpfs', options: [] }],
  });
  const keys = ['memory', 'memswap_limit', 'pids_limit', 'volumes', 'working_dir'];
  t.deepEqual([...changedKeys(service('web'), after)].sort(), keys);
  t.deepEqual([...changedKeys(after, service('web'))].sort(), keys);
});

test('a long list of changes is cut', (t) => {
  const many = service('web', {
    tty: true,
    stdinOpen: true,
    readOnly: true,
    privileged: true,
    stopSignal: 'SIGINT',
  });
  t.is(
    changeCause(service('web'), many),
    'configuration changed: tty, stdin_open, read_only, privileged and 1 more',
  );
});

test('a change that no attribute explains is one of a network', (t) => {
  t.is(changeCause(service('web'), service('web')), 'configuration changed');
});

test('the source of a config or secret counts, and not where it is written', (t) => {
  const hash = (change: Partial<Grant>) => configHash(service('web', { grants: [{ ...token, ...change }] }));
  t.is(hash({ from: 'services.web.secrets[1]' }), hash({}));
  t.not(hash({ source: { kind: 'environment', variable: 'OTHER' } }), hash({}));
  t.not(hash({ mode: 0o400 }), hash({}));
});

test('a change of configs or secrets is told by their key', (t) => {
  const config: Grant = { ...token, kind: 'config', target: '/token' };
  const changed = (before: readonly Grant[], after: readonly Grant[]) =>
    changeCause(service('web', { grants: before }), service('web', { grants: after }));
  t.is(changed([token], [{ ...token, uid: 1 }]), 'configuration changed: secrets');
  t.is(changed([config, token], [token]), 'configuration changed: configs');
});

// Red without: nameAndId of mounts in hash.ts, and idsByTarget in changes.ts.
test('another image of a mount is a cause that names it, and another manifest of the same is none', (t) => {
  const mounting = (id: string, digest = 'sha256:m') => {
    const image = { kind: 'image', reference: 'data:1', id: `sha256:${id}`, digest, layers: [] } as const;
    const from = 'services.web.volumes[0]';
    return service('web', { mounts: [{ kind: 'image', from, target: '/data', readOnly: true, image }] });
  };
  t.is(configHash(mounting('a')), configHash(mounting('a', 'sha256:n')));
  t.not(configHash(mounting('a')), configHash(mounting('b')));
  t.is(changeCause(mounting('a'), mounting('b')), 'image changed: sha256:a → sha256:b');
  t.is(changeCause(service('web'), mounting('b')), 'configuration changed: volumes');
});
