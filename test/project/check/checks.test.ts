import test from 'ava';
import { loadText, problems, web } from '../support.ts';

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

/** Red without: portsOfJoinedNamespaces in whole-project.ts. */
test('ports of a service that has no network namespace of its own', (t) => {
  const text = (mode: string) => web(`network_mode: ${mode}\nports: ["80:80"]`);
  const found = (mode: string) =>
    problems(text(mode)).filter((problem) => !problem.includes('unsupported-key'));
  for (const mode of ['host', 'none']) {
    t.deepEqual(found(mode), ['warning conflicting-keys 5:5 ports']);
    t.is(loadText(text(mode)).project!.services.web!.ports, undefined);
  }
  t.deepEqual(found('container:db'), ['error conflicting-keys 5:5 ports']);
  t.deepEqual(found('bridge'), []);
  const { message, help } = loadText(`${text('service:db')}  db: {command: x}\n`).diagnostics.find(
    ({ code }) => code === 'conflicting-keys',
  )!;
  t.is(message, 'the network of `web` is that of service `db`, which alone can publish ports');
  t.is(help, 'move the ports to `db`');
});

/** Red without: portsOfInternalNetworks and sctpOfLoopback in whole-project.ts. */
test('ports that cannot be reached', (t) => {
  const on = (networks: string) =>
    `${web(`ports: [80]\nnetworks: ${networks}`)}networks: {in: {internal: true}, out: }\n`;
  t.deepEqual(problems(on('[in]')), ['warning conflicting-keys 4:5 ports']);
  t.deepEqual(problems(on('[in, out]')), []);
  t.deepEqual(problems(web('ports: ["127.0.0.1:1:1/sctp", "2:1/sctp", "127.0.0.1:1:1"]')), [
    'error invalid-value 4:13 "127.0.0.1:1:1/sctp"',
  ]);
});

test('services of different profiles may have one port or one name', (t) => {
  const text = `services:
  a: {command: x, container_name: one, ports: ["80:80"], profiles: [dev]}
  b: {command: x, container_name: one, ports: ["80:80"], profiles: [prod]}
`;
  t.deepEqual(problems(text, { toRun: false, profiles: ['dev'] }), []);
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
  t.deepEqual(errorsToRun(text), ['error no-rootfs 1:16 build', 'error unsupported-key 2:26 nfs']);
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

test('a network_mode that is the name of a network stands for that network of the machine', (t) => {
  const { project, canonical } = loadText('services: {a: {command: x, network_mode: other}}');
  t.deepEqual(project!.services.a!.networks, { other: { aliases: [] } });
  t.deepEqual(project!.networks, {
    other: { key: 'other', name: 'other', external: true, from: 'services.a.network_mode' },
  });
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
