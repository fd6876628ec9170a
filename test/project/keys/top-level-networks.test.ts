import test from 'ava';
import { loadText, problems, projectOf, web } from '../support.ts';

const joined = web('networks: [back]');

test('a name of its own, or one with the project', (t) => {
  t.deepEqual(projectOf(t, `${joined}networks: {back: }`).networks.back, {
    key: 'back',
    name: 'project_back',
  });
  t.deepEqual(projectOf(t, `${joined}networks: {back: {name: x}}`).networks.back, { key: 'back', name: 'x' });
});

test('a subnet and a gateway', (t) => {
  const text = `${joined}networks: {back: {ipam: {config: [{subnet: 10.1.0.0/24, gateway: 10.1.0.254}]}}}`;
  const blocks = [{ subnet: '10.1.0.0/24', gateway: '10.1.0.254' }];
  const expected = { key: 'back', name: 'project_back', blocks };
  t.deepEqual(projectOf(t, text).networks.back, expected);
});

test('the driver is bridge', (t) => {
  t.deepEqual(problems(`${joined}networks: {back: {driver: bridge}}`), []);
  t.deepEqual(problems(`${joined}networks: {back: {driver: macvlan}}`), [
    'warning unsupported-key 5:27 macvlan',
  ]);
});

test('an unused network is not created', (t) => {
  t.deepEqual(Object.keys(projectOf(t, `${joined}networks: {back: , spare: }`).networks), ['back']);
});

for (const subnet of [
  '10.1.0.0',
  '10.1.0.5/24',
  '10.1.0.0/33',
  '10.1.0.0/31',
  '300.1.0.0/24',
  'fd00::/129',
  '0.0.0.0/0',
]) {
  test(`${subnet} is no subnet`, (t) => {
    const text = `${joined}networks: {back: {ipam: {config: [{subnet: "${subnet}"}]}}}`;
    t.deepEqual(problems(text), [`error invalid-value 5:44 "${subnet}"`]);
  });
}

test('a block of IPv6 addresses has no effect without IPv6', (t) => {
  const blocks = '[{subnet: "fd00::/64"}, {subnet: 10.1.0.0/24, gateway: 10.1.0.9}]';
  const text = (more: string) => `${joined}networks: {back: {${more}ipam: {config: ${blocks}}}}`;
  t.deepEqual(problems(text('')), ['warning conflicting-keys 5:44 "fd00::/64"']);
  t.deepEqual(projectOf(t, text('enable_ipv6: true, ')).networks.back, {
    key: 'back',
    name: 'project_back',
    ipv6: true,
    blocks: [{ subnet: 'fd00::/64' }, { subnet: '10.1.0.0/24', gateway: '10.1.0.9' }],
  });
});

test('everything that a network may say', (t) => {
  const text = `${joined}networks:
  back:
    internal: true
    enable_ipv4: false
    enable_ipv6: true
    labels: {a: b}
    driver_opts: {com.docker.network.driver.mtu: 1400}
    ipam:
      config:
        - subnet: fd01::/64
          ip_range: fd01::100/120
          aux_addresses: {router: "fd01::101"}
`;
  t.deepEqual(projectOf(t, text).networks.back, {
    key: 'back',
    name: 'project_back',
    internal: true,
    ipv4: false,
    ipv6: true,
    labels: { a: 'b' },
    options: { 'com.docker.network.driver.mtu': '1400' },
    blocks: [{ subnet: 'fd01::/64', range: 'fd01::100/120', auxiliary: { router: 'fd01::101' } }],
  });
});

const faults: readonly (readonly [network: string, ...problems: string[]])[] = [
  ['{enable_ipv4: false}', 'error conflicting-keys 5:32 false'],
  ['{ipam: {config: [{gateway: 10.1.0.1}]}}', 'error missing-key 5:45 10.1.0.1'],
  ['{ipam: {config: [{ip_range: 10.1.0.0/25}]}}', 'error missing-key 5:46 10.1.0.0/25'],
  [
    '{ipam: {config: [{subnet: 10.1.0.0/24, ip_range: 10.2.0.0/25}]}}',
    'error invalid-value 5:67 10.2.0.0/25',
  ],
  ['{ipam: {config: [{subnet: 10.1.0.0/24, ip_range: 10.0.0.0/8}]}}', 'error invalid-value 5:67 10.0.0.0/8'],
  [
    '{ipam: {config: [{subnet: 10.1.0.0/24, aux_addresses: {a: 10.2.0.9}}]}}',
    'error invalid-value 5:76 10.2.0.9',
  ],
  [
    '{ipam: {config: [{subnet: 10.1.0.0/24}, {subnet: 10.1.0.128/25}]}}',
    'error subnet-overlap 5:67 10.1.0.128/25',
  ],
  [
    '{enable_ipv6: true, ipam: {config: [{subnet: "fd01::/64", gateway: "fd02::1"}]}}',
    'error invalid-value 5:85 "fd02::1"',
  ],
  [
    '{driver_opts: {com.docker.network.bridge.name: abcdefghijklmnop}}',
    'error invalid-value 5:65 abcdefghijklmnop',
  ],
  ['{driver_opts: {com.docker.network.bridge.name: a/b}}', 'error invalid-value 5:65 a/b'],
  ['{driver_opts: {com.docker.network.driver.mtu: 60}}', 'error invalid-value 5:64 60'],
  ['{driver_opts: {com.docker.network.bridge.enable_icc: no}}', 'error invalid-value 5:71 no'],
  ['{driver_opts: {other: 1}}', 'warning unsupported-key 5:33 other'],
];

for (const [network, ...expected] of faults)
  test(`networks: {back: ${network}} is wrong`, (t) => {
    t.deepEqual(problems(`${joined}networks: {back: ${network}}`), expected);
  });

test('an option that is misspelt gets the right one, and others none', (t) => {
  const options = 'com.docker.network.driver.mtuu: 1400, com.docker.network.bridge.inhibit_ipv4: "true"';
  const { diagnostics } = loadText(`${joined}networks: {back: {driver_opts: {${options}}}}`);
  t.deepEqual(
    diagnostics.map(({ help }) => help),
    ['did you mean `com.docker.network.driver.mtu`?', undefined],
  );
});

for (const gateway of ['10.2.0.1', '10.1.0.0', '10.1.0.255']) {
  test(`${gateway} cannot be the gateway of 10.1.0.0/24`, (t) => {
    const text = `${joined}networks: {back: {ipam: {config: [{subnet: 10.1.0.0/24, gateway: ${gateway}}]}}}`;
    t.deepEqual(problems(text), [`error invalid-value 5:66 ${gateway}`]);
  });
}

test('subnets of two networks do not overlap', (t) => {
  const networks = `networks:
  back: {ipam: {config: [{subnet: 10.1.0.0/16}]}}
  front: {ipam: {config: [{subnet: 10.1.5.0/24}]}}
`;
  t.deepEqual(problems(joined + networks), ['error subnet-overlap 7:36 10.1.5.0/24']);
});

test('no two networks have one name', (t) => {
  const text = `${web('networks: [back, front]')}networks: {back: {name: one}, front: {name: one}}`;
  t.deepEqual(problems(text), ['error duplicate-name 5:45 one']);
});

test('a block is one that hosts can have', (t) => {
  for (const subnet of ['224.0.0.0/8', '127.0.0.0/8', '0.0.0.0/8', '240.0.0.0/8'])
    t.deepEqual(problems(`${joined}networks: {back: {ipam: {config: [{subnet: ${subnet}}]}}}`), [
      `error invalid-value 5:44 ${subnet}`,
    ]);
});
