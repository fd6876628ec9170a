import test from 'ava';
import { testServiceKey } from '../key-tests.ts';
import { loadText, problems, service, web } from '../support.ts';

testServiceKey('networks', {
  forms: [
    [
      '{back: {aliases: [a], ipv4_address: 10.0.0.5, ipv6_address: "fd00::5", link_local_ips: [169.254.1.1], mac_address: 02:42:ac:11:65:43, interface_name: eth7, driver_opts: {com.docker.network.endpoint.sysctls: net.ipv4.conf.IFNAME.forwarding=0}, priority: -5, gw_priority: "10"}}',
      {
        back: {
          aliases: ['a'],
          ipv4_address: '10.0.0.5',
          ipv6_address: 'fd00::5',
          link_local_ips: ['169.254.1.1'],
          mac_address: '02:42:ac:11:65:43',
          interface_name: 'eth7',
          driver_opts: { 'com.docker.network.endpoint.sysctls': 'net.ipv4.conf.IFNAME.forwarding=0' },
          priority: -5,
          gw_priority: 10,
        },
      },
    ],
    ['{back: }', { back: null }],
  ],
  faults: [
    ['{back: {ipv4_address: 10.0.0}}', 'invalid-value 4:37 10.0.0'],
    ['{back: {ipv6_address: 10.0.0.5}}', 'invalid-value 4:37 10.0.0.5'],
    ['{back: {mac_address: x}}', 'invalid-value 4:36 x'],
    ['{back: {priority: high}}', 'invalid-value 4:33 high'],
    ['{back: {alias: [a]}}', 'unknown-key 4:23 alias'],
    ['[back]\nnetwork_mode: host', 'conflicting-keys 5:5 network_mode'],
  ],
  beside: 'networks: {back: }\n',
});

const two = (web: string, db: string, back = '') => `services:
  web: {command: x, networks: {back: ${web}}}
  db: {command: x, networks: {back: ${db}}}
networks: {back: {${back}ipam: {config: [{subnet: 10.1.0.0/24, aux_addresses: {r: 10.1.0.9}}, {subnet: "fd01::/64"}]}}}
`;

test('an attachment has addresses, priorities and names', (t) => {
  const written =
    'ipv4_address: 10.1.0.5, ipv6_address: "FD01:0:0:0::5", mac_address: 02-42-AC-11-65-43, interface_name: lan, priority: 0, gw_priority: 3';
  const text = two(`{${written}}`, '{}', 'enable_ipv6: true, ');
  t.deepEqual(service(t, text).networks, {
    back: {
      aliases: [],
      ipv4Address: '10.1.0.5',
      ipv6Address: 'fd01::5',
      macAddress: '02:42:ac:11:65:43',
      interfaceName: 'lan',
      gatewayPriority: 3,
    },
  });
});

test('interfaces are in the order of priorities, and of names', (t) => {
  const text = `${web('networks: {d: {}, b: {priority: -1}, c: {}, a: {priority: 5}}')}networks: {a: , b: , c: , d: }\n`;
  t.deepEqual(Object.keys(service(t, text).networks), ['a', 'c', 'd', 'b']);
});

for (const [first, second, ...expected] of [
  ['{ipv4_address: 10.2.0.5}', '{}', 'error invalid-value 2:53 10.2.0.5'],
  ['{ipv4_address: 10.1.0.0}', '{}', 'error invalid-value 2:53 10.1.0.0'],
  ['{ipv4_address: 10.1.0.1}', '{}', 'error invalid-value 2:53 10.1.0.1'],
  ['{ipv4_address: 10.1.0.9}', '{}', 'error invalid-value 2:53 10.1.0.9'],
  ['{ipv4_address: 10.1.0.5}', '{ipv4_address: 10.1.0.5}', 'error duplicate-address 3:52 10.1.0.5'],
  ['{ipv6_address: "fd02::5"}', '{}', 'error invalid-value 2:53 "fd02::5"'],
  ['{ipv6_address: "fd01::5"}', '{ipv6_address: "fd01:0::5"}', 'error duplicate-address 3:52 "fd01:0::5"'],
  [
    '{mac_address: "02:42:ac:11:65:43"}',
    '{mac_address: 02-42-AC-11-65-43}',
    'error duplicate-address 3:51 02-42-AC-11-65-43',
  ],
  ['{interface_name: abcdefghijklmnop}', '{}', 'error invalid-value 2:55 abcdefghijklmnop'],
  ['{interface_name: lo}', '{}', 'error invalid-value 2:55 lo'],
] as const)
  test(`attachments ${first} and ${second} are wrong`, (t) => {
    t.deepEqual(problems(two(first, second, 'enable_ipv6: true, ')), expected);
  });

test('a name with a meaning of its own is refused for that, not for its letters', (t) => {
  const { diagnostics } = loadText(
    two('{interface_name: lo}', '{interface_name: a/b}', 'enable_ipv6: true, '),
  );
  t.deepEqual(
    diagnostics.map(({ help }) => help),
    ['choose another name', 'use letters, digits, `-`, `_` and `.`'],
  );
});

test('an address needs its family, and a subnet of the file', (t) => {
  t.deepEqual(problems(two('{ipv6_address: "fd01::5"}', '{}')), [
    'error invalid-value 2:53 "fd01::5"',
    'warning conflicting-keys 4:97 "fd01::/64"',
  ]);
  const text = `${web('networks: {back: {ipv4_address: 10.1.0.5}}')}networks: {back: }\n`;
  t.deepEqual(problems(text), ['error invalid-value 4:37 10.1.0.5']);
});

test('two interfaces of a service have two names', (t) => {
  const networks = '{a: {interface_name: lan}, b: {interface_name: lan}}';
  t.deepEqual(problems(`${web(`networks: ${networks}`)}networks: {a: , b: }\n`), [
    'error duplicate-name 4:62 lan',
  ]);
});

const options = (text: string) => `{driver_opts: {${text}}}`;
const ifname = 'com.docker.network.endpoint.ifname';
const sysctls = 'com.docker.network.endpoint.sysctls';

test('options of Docker for an interface are its name and its settings', (t) => {
  const text = two(
    options(
      `${ifname}: lan, ${sysctls}: "net.ipv4.conf.IFNAME.log_martians=1, net.ipv6.neigh.IFNAME.ucast_solicit=2"`,
    ),
    '{}',
    'enable_ipv6: true, ',
  );
  t.deepEqual(problems(two(options('other: 1'), '{}', 'enable_ipv6: true, ')), [
    'warning unsupported-key 2:53 other',
  ]);
  t.deepEqual(service(t, text).networks, {
    back: {
      aliases: [],
      interfaceName: 'lan',
      sysctls: { 'net.ipv4.conf.IFNAME.log_martians': '1', 'net.ipv6.neigh.IFNAME.ucast_solicit': '2' },
    },
  });
});

// Red without: endpointOptions in whole-project.ts, or SYSCTL in endpoint-options.ts.
for (const [text, expected] of [
  [`{driver_opts: {${ifname}: lo}}`, 'invalid-value 2:89 lo'],
  [`{driver_opts: {${sysctls}: net.ipv4.ip_forward=1}}`, 'invalid-value 2:90 net.ipv4.ip_forward=1'],
  [
    `{driver_opts: {${sysctls}: net.ipv4.conf.all.forwarding=1}}`,
    'invalid-value 2:90 net.ipv4.conf.all.forwarding=1',
  ],
  [
    `{driver_opts: {${sysctls}: net.ipv4.conf.IFNAME.forwarding}}`,
    'invalid-value 2:90 net.ipv4.conf.IFNAME.forwarding',
  ],
  [`{interface_name: wan, driver_opts: {${ifname}: lan}}`, 'conflicting-keys 2:110 lan'],
] as const)
  test(`the options ${text} are wrong`, (t) => {
    t.deepEqual(problems(two(text, '{}', 'enable_ipv6: true, ')), [`error ${expected}`]);
  });

test('two interfaces have two names also where an option gives them', (t) => {
  const networks = `{a: {interface_name: lan}, b: {driver_opts: {${ifname}: lan}}}`;
  t.deepEqual(problems(`${web(`networks: ${networks}`)}networks: {a: , b: }\n`), [
    'error duplicate-name 4:96 lan',
  ]);
});

test('the hardware address of a service is that of its only network', (t) => {
  const mac = '"02:42:ac:11:65:43"';
  const text = `services:
  web: {command: x, mac_address: ${mac}}
  db: {command: x, networks: {default: {mac_address: ${mac}}}}
`;
  t.deepEqual(problems(text), [`error duplicate-address 3:54 ${mac}`]);
});
