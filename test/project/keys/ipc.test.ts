import test from 'ava';
import { testServiceKey } from '../key-tests.ts';
import { problems, service, web } from '../support.ts';

testServiceKey('ipc', {
  forms: ['host', 'private', 'none', 'shareable', '"service:db"', '"container:x"'].map((mode) => [
    mode,
    mode.replaceAll('"', ''),
  ]),
  faults: [
    ['sharable', 'invalid-value 4:10 sharable'],
    ['"service:bd"', 'unknown-service 4:10 "service:bd"'],
    ['"service:shy"', 'conflicting-keys 4:10 "service:shy"'],
    ['true', 'invalid-type 4:10 true'],
  ],
  beside: '  db: {command: sleep 1}\n  shy: {command: sleep 1, ipc: private}\n',
});

test('what becomes of it', (t) => {
  t.deepEqual(service(t, web('ipc: none')).namespaces, { ipc: { kind: 'none' } });
  t.deepEqual(service(t, web('ipc: "container:x"')).namespaces, { ipc: { kind: 'container', name: 'x' } });
});

test('settings and sizes of what is the host’s', (t) => {
  t.deepEqual(problems(web('ipc: host\nsysctls: {kernel.shmmax: 1, net.core.somaxconn: 1}')), [
    'error conflicting-keys 5:30 1',
  ]);
  t.deepEqual(problems(web('ipc: host\nshm_size: 1m')), ['warning conflicting-keys 5:5 shm_size']);
  t.deepEqual(problems(web('ipc: shareable\nshm_size: 1m\nsysctls: {kernel.shmmax: 1}')), []);
});
