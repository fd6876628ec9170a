import test from 'ava';
import { loadText, problems } from '../support.ts';

const isError = (problem: string) => problem.startsWith('error');
const errors = (text: string) => problems(text, { toRun: false }).filter(isError);
const errorsToRun = (text: string) => problems(text).filter(isError);

test('a port of the host is published by one service', (t) => {
  const two = (a: string, b: string) => `services:
  a: {command: x, ports: ["${a}"]}
  b: {command: x, ports: ["${b}"]}
`;
  t.deepEqual(errorsToRun(two('8080:80', '8080:90')), ['error duplicate-port 3:27 "8080:90"']);
  t.deepEqual(errorsToRun(two('127.0.0.1:80:80', '80:80')), ['error duplicate-port 3:27 "80:80"']);
  t.deepEqual(errorsToRun(two('127.0.0.1:80:80', '127.0.0.2:80:80')), []);
  t.deepEqual(errorsToRun(two('80:80', '80:80/udp')), []);
  t.deepEqual(errorsToRun(two('[::]:80:80', '0.0.0.0:80:80')), []);
  t.deepEqual(errorsToRun('services: {a: {command: x, ports: ["80:80", "80:81"]}}'), [
    'error duplicate-port 1:45 "80:81"',
  ]);
  t.deepEqual(errors(two('8080:80', '8080:90')), [], 'only where they are to run');
  t.deepEqual(errorsToRun(two('80-90:80', '85:80')), [], 'a range leaves a choice');
});

test('services of different profiles may have one port or one name', (t) => {
  const text = `services:
  a: {command: x, container_name: one, ports: ["80:80"], profiles: [dev]}
  b: {command: x, container_name: one, ports: ["80:80"], profiles: [prod]}
`;
  t.deepEqual(problems(text, { toRun: false, profiles: ['dev'] }), ['warning unsupported-key 2:40 ports']);
  t.deepEqual(problems(text, { profiles: ['*'] }).filter(isError), [
    'error duplicate-name 3:35 one',
    'error duplicate-port 3:48 "80:80"',
  ]);
});

test('a port that an override adds for the same port of the host', (t) => {
  const text = 'services: {a: {command: x, ports: ["80:80"]}}\n---\nservices: {a: {ports: ["80:81"]}}\n';
  t.deepEqual(errorsToRun(text), ['error duplicate-port 3:24 "80:81"']);
  t.regex(loadText(text).diagnostics.find(({ code }) => code === 'duplicate-port')!.help!, /!override/);
});

test('what only would not run is no error where nothing is to run', (t) => {
  const text = 'services: {a: {build: nginx, volumes: ["data:/data"]}}\nvolumes: {data: {driver: nfs}}\n';
  t.deepEqual(errors(text), []);
  t.truthy(loadText(text, { toRun: false }).canonical);
  t.deepEqual(errorsToRun(text), [
    'error no-command 1:12 a',
    'error no-rootfs 1:16 build',
    'error unsupported-key 2:26 nfs',
  ]);
});

test('a value that is needed takes what needs it along, and nothing else is said of that', (t) => {
  const text = `services:
  a: {command: x, secrets: [{source: 5}], volumes: [{type: bnd, target: /a}], ports: [{target: x}]}
`;
  t.deepEqual(errors(text), [
    'error invalid-type 2:38 5',
    'error invalid-value 2:60 bnd',
    'error invalid-value 2:96 x',
  ]);
});

test('the limits of deploy are those of the service', (t) => {
  const limits = (keys: string) =>
    loadText(`services: {a: {command: x, ${keys}}}`).project!.services.a!.limits;
  t.deepEqual(
    limits('deploy: {resources: {limits: {memory: 64m, cpus: 0.5, pids: 7}}}'),
    limits('mem_limit: 64m, cpus: 0.5, pids_limit: 7'),
  );
});

test('a service starts after those that it links to, whose namespaces it takes or whose mounts', (t) => {
  const text = `services:
  a: {command: x, links: ["b:alias"], network_mode: "service:c", volumes_from: ["d:ro"]}
  b: {command: x}
  c: {command: x}
  d: {command: x}
`;
  const started = { condition: 'service_started', required: true };
  t.deepEqual(loadText(text).canonical!.services.a!.depends_on as unknown, {
    b: { ...started, restart: true },
    c: { ...started, restart: true },
    d: started,
  });
  t.deepEqual(errors(text.replace('b: {command: x}', 'b: {command: x, depends_on: [a]}')), [
    'error dependency-cycle 2:27 "b:alias"',
  ]);
});

test('while `network_mode` is not honoured, a service joins the default network', (t) => {
  const { project, canonical } = loadText('services: {a: {command: x, network_mode: host}}');
  t.deepEqual(project!.services.a!.networks, { default: { aliases: [] } });
  t.deepEqual(project!.networks, { default: { key: 'default', name: 'project_default' } });
  t.is(canonical!.networks, undefined);
});

test('defaults of a build are filled in after merging', (t) => {
  const text = `services: {a: {command: x, build: {context: ./dir, dockerfile: a.Dockerfile}}}
---
services: {a: {build: {target: prod}}}
`;
  t.deepEqual(loadText(text, { toRun: false }).canonical!.services.a!.build as unknown, {
    context: '/project/dir',
    dockerfile: 'a.Dockerfile',
    target: 'prod',
  });
});

test('a variable of a build without a value has that of the environment', (t) => {
  const text = 'services: {a: {command: x, build: {args: [A, B, C=c]}}}';
  const { canonical } = loadText(text, { toRun: false, environment: { A: 'a' } });
  t.deepEqual(canonical!.services.a!.build!.args, { A: 'a', C: 'c' });
});
