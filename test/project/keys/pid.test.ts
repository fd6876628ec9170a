import test from 'ava';
import { testServiceKey } from '../key-tests.ts';
import { projectOf, service, web } from '../support.ts';

testServiceKey('pid', {
  forms: [
    ['host', 'host'],
    ['"service:db"', 'service:db'],
    ['"container:x"', 'container:x'],
  ],
  faults: [
    ['hots', 'invalid-value 4:10 hots'],
    ['private', 'invalid-value 4:10 private'],
    ['"service:bd"', 'unknown-service 4:10 "service:bd"'],
    ['"service:"', 'invalid-value 4:10 "service:"'],
    ['"service:web"', 'dependency-cycle 4:10 "service:web"'],
    ['5', 'invalid-type 4:10 5'],
  ],
  beside: '  db: {command: sleep 1}\n',
});

test('a service in the namespace of another starts after it, and is restarted with it', (t) => {
  const { web: other } = projectOf(t, `${web('pid: "service:db"')}  db: {command: sleep 1}\n`).services;
  t.deepEqual(other?.namespaces, { pid: { kind: 'service', name: 'db' } });
  t.deepEqual(other?.dependsOn, { db: { condition: 'service_started', restart: true, required: true } });
});

test('its own, where nothing is said', (t) => {
  t.is(service(t, web('pid: ""')).namespaces, undefined);
  t.is(service(t, web('tty: true')).namespaces, undefined);
});
