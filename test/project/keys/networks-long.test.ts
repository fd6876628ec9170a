import { testServiceKey } from '../key-tests.ts';

testServiceKey('networks', {
  forms: [
    [
      '{back: {aliases: [a], ipv4_address: 10.0.0.5, ipv6_address: "fd00::5", link_local_ips: [169.254.1.1], mac_address: 02:42:ac:11:65:43, interface_name: eth7, driver_opts: {a: 1}, priority: -5, gw_priority: "10"}}',
      {
        back: {
          aliases: ['a'],
          ipv4_address: '10.0.0.5',
          ipv6_address: 'fd00::5',
          link_local_ips: ['169.254.1.1'],
          mac_address: '02:42:ac:11:65:43',
          interface_name: 'eth7',
          driver_opts: { a: '1' },
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
