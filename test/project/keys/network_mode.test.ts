import test from 'ava';
import { testServiceKey } from '../key-tests.ts';
import { canonicalService, problems, projectOf, service, web } from '../support.ts';

testServiceKey('network_mode', {
  forms: [
    ['host', 'host'],
    ['none', 'none'],
    ['bridge', 'bridge'],
    ['"service:db"', 'service:db'],
    ['"container:x"', 'container:x'],
  ],
  faults: [
    ['hots', 'invalid-value 4:19 hots'],
    ['"service:bd"', 'unknown-service 4:19 "service:bd"'],
    ['"service:"', 'invalid-value 4:19 "service:"'],
    ['5', 'invalid-type 4:19 5'],
  ],
  beside: '  db: {command: sleep 1}\n',
});

test('left empty, it is as if it was not there', (t) => {
  t.deepEqual(canonicalService(web('network_mode:')).networks, { default: null });
});

for (const [mode, network] of [
  ['none', { kind: 'none' }],
  ['host', { kind: 'host' }],
  ['"container:x"', { kind: 'container', name: 'x' }],
] as const)
  test(`with ${mode} a service has no networks`, (t) => {
    const { networks, namespaces } = service(t, web(`network_mode: ${mode}`));
    t.deepEqual([networks, namespaces], [{}, { network }]);
  });

test('a service whose network namespace is that of another depends on it, and the project has no other network', (t) => {
  const { services, networks } = projectOf(
    t,
    `${web('network_mode: "service:db"')}  db: {command: sleep 1, network_mode: none}\n`,
  );
  t.deepEqual(services.web!.namespaces, { network: { kind: 'service', name: 'db' } });
  t.deepEqual(services.web!.dependsOn, {
    db: { condition: 'service_started', restart: true, required: true },
  });
  t.deepEqual(networks, {});
});

// Red without: withOwnContainers.
for (const [mode, db] of [
  ['container:project-db-1', ''],
  ['container:store', ', container_name: store'],
] as const)
  test(`${mode} is a service of the project, which starts first`, (t) => {
    const { services } = projectOf(t, `${web(`network_mode: "${mode}"`)}  db: {command: sleep 1${db}}\n`);
    t.deepEqual(services.web!.namespaces, { network: { kind: 'service', name: 'db' } });
    t.deepEqual(services.web!.dependsOn, {
      db: { condition: 'service_started', restart: true, required: true },
    });
  });

test('a container of a service that depends on this one stays a container', (t) => {
  const { services } = projectOf(
    t,
    `${web('network_mode: "container:project-db-1"')}  db: {command: sleep 1, depends_on: [web]}\n`,
  );
  t.deepEqual(services.web!.namespaces, { network: { kind: 'container', name: 'project-db-1' } });
  t.deepEqual(services.web!.dependsOn, {});
});

test('another name is a network of the machine', (t) => {
  const text = `${web('network_mode: proxy')}  other: {command: x}\n`;
  t.deepEqual(problems(text), []);
  const { services, networks } = projectOf(t, text);
  t.deepEqual(services.web!.networks, { proxy: { aliases: [] } });
  t.deepEqual(networks, {
    default: { key: 'default', name: 'project_default' },
    proxy: { key: 'proxy', from: 'services.web.network_mode', name: 'proxy', external: true },
  });
});

// Red without: `own` in `networksOfModes`.
for (const [mode, key] of [
  ['project_default', 'default'],
  ['project_back', 'back'],
  ['shared', 'front'],
  ['back', '_back'],
] as const)
  test(`the name ${mode} is that of the network ${key}`, (t) => {
    const text = `${web(`network_mode: ${mode}`)}networks: {back: {}, front: {name: shared, external: true}}\n`;
    t.deepEqual(projectOf(t, text).services.web!.networks, { [key]: { aliases: [] } });
  });

for (const mode of ['bridge', 'default'])
  test(`${mode} is a network of the machine without names`, (t) => {
    const text = `${web(`network_mode: ${mode}`)}  other: {command: x}\n`;
    t.deepEqual(problems(text), []);
    const { services, networks } = projectOf(t, text);
    t.deepEqual(services.web!.networks, { bridge: { aliases: [], hasNames: false } });
    t.deepEqual(services.other!.networks, { default: { aliases: [] } });
    t.deepEqual(
      Object.values(networks).map(({ key, name, external = false }) => [key, name, external]),
      [
        ['default', 'project_default', false],
        ['bridge', 'bridge', true],
      ],
    );
  });

// Red without: the loop in `freeKey` of project/combine/to-project.ts.
test('a network of the file with the key `bridge` is another one', (t) => {
  const text = `${web('network_mode: bridge')}  other: {command: x, networks: [bridge]}\nnetworks: {bridge: {}}\n`;
  const { services } = projectOf(t, text);
  t.deepEqual(services.web!.networks, { _bridge: { aliases: [], hasNames: false } });
  t.deepEqual(services.other!.networks, { bridge: { aliases: [] } });
});

// Red without: `net` in `settingsOfTheHost` of project/check/networks/joined-namespaces.ts.
test('settings of the network are not those of the host', (t) => {
  t.deepEqual(problems(web('network_mode: host\nsysctls: {net.core.somaxconn: 10}')), [
    'error conflicting-keys 5:35 10',
  ]);
});
