import test from 'ava';
import { problems, service, web } from '../support.ts';

test('a list and a mapping mean the same', (t) => {
  const expected = { 'net.core.somaxconn': '1024' };
  t.deepEqual(service(t, web('sysctls: {net.core.somaxconn: 1024}')).sysctls, expected);
  t.deepEqual(service(t, web('sysctls: ["net.core.somaxconn=1024"]')).sysctls, expected);
});

test('slashes become dots, and dots in names slashes', (t) => {
  const { sysctls } = service(t, web('sysctls: {net/ipv4/conf/eth0.1/forwarding: 1}'));
  t.deepEqual(sysctls, { 'net.ipv4.conf.eth0/1.forwarding': '1' });
});

for (const name of [
  'kernel.shmmax',
  'kernel.msgmax',
  'kernel.sem',
  'fs.mqueue.msg_max',
  'kernel.domainname',
]) {
  test(`${name} belongs to the container`, (t) => {
    t.deepEqual(service(t, web(`sysctls: {${name}: 1}`)).sysctls, { [name]: '1' });
  });
}

for (const name of [
  'vm.swappiness',
  'kernel.panic',
  'kernel.hostname',
  'kernel.shmmaxx',
  'net..core',
  'net/../vm',
  'net.',
]) {
  test(`${name} is refused`, (t) => {
    t.deepEqual(problems(web(`sysctls: {${name}: 1}`)), [`error invalid-value 4:15 ${name}`]);
  });
}

test('a value is one line', (t) => {
  t.deepEqual(problems(web('sysctls: {net.a: "1\\n2"}')), ['error invalid-value 4:22 "1\\n2"']);
});

test('a setting has a value', (t) => {
  t.deepEqual(problems(web('sysctls: [net.core.somaxconn]')), [
    'error invalid-value 4:15 net.core.somaxconn',
  ]);
  t.deepEqual(problems(web('sysctls: {net.core.somaxconn: ""}')), ['error invalid-value 4:35 ""']);
});
