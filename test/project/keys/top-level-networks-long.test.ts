import { testTopLevelKey } from '../key-tests.ts';

testTopLevelKey('networks', {
  forms: [
    ['', { name: 'project_it', ipam: {} }],
    [
      '{driver: bridge, driver_opts: {a: 1}, internal: "true", attachable: true, enable_ipv4: true, enable_ipv6: "false", labels: [a=b]}',
      {
        driver: 'bridge',
        driver_opts: { a: '1' },
        internal: true,
        attachable: true,
        enable_ipv4: true,
        enable_ipv6: false,
        labels: { a: 'b' },
        name: 'project_it',
        ipam: {},
      },
    ],
    ['{external: true}', { external: true, name: 'it', ipam: {} }],
    ['{external: true, name: real}', { external: true, name: 'real', ipam: {} }],
    ['{external: {name: real}}', { external: true, name: 'real', ipam: {} }],
    [
      '{ipam: {driver: default, options: {a: 1}, config: [{subnet: 10.1.0.0/16, ip_range: 10.1.5.0/24, gateway: 10.1.0.1, aux_addresses: {a: 10.1.0.5}}, {subnet: "fd00::/64", gateway: "fd00::1"}]}}',
      {
        name: 'project_it',
        ipam: {
          driver: 'default',
          options: { a: '1' },
          config: [
            {
              subnet: '10.1.0.0/16',
              ip_range: '10.1.5.0/24',
              gateway: '10.1.0.1',
              aux_addresses: { a: '10.1.0.5' },
            },
            { subnet: 'fd00::/64', gateway: 'fd00::1' },
          ],
        },
      },
    ],
    [
      '{ipam: {config: [{subnet: 10.1.0.0/16, ip_range: 10.1.0.240/32}]}}',
      { name: 'project_it', ipam: { config: [{ subnet: '10.1.0.0/16', ip_range: '10.1.0.240/32' }] } },
    ],
  ],
  faults: [
    ['{internal: maybe}', 'invalid-value 5:27 maybe'],
    ['{drivr: x}', 'unknown-key 5:17 drivr'],
    ['{ipam: {config: [{subnet: 10.1.0.0}]}}', 'invalid-value 5:42 10.1.0.0'],
    ['{ipam: {config: [{ip_range: 10.1.0.0/33}]}}', 'invalid-value 5:44 10.1.0.0/33'],
    ['{ipam: {config: [{aux_addresses: {a: b}}]}}', 'invalid-value 5:53 b'],
    ['{external: {nam: x}}', 'unknown-key 5:28 nam'],
  ],
});
