import { testServiceKey } from '../key-tests.ts';

testServiceKey('ports', {
  forms: [
    ['[80]', [{ mode: 'ingress', protocol: 'tcp', target: 80 }]],
    ['["8080:80"]', [{ mode: 'ingress', protocol: 'tcp', target: 80, published: '8080' }]],
    [
      '["127.0.0.1:8080:80/udp"]',
      [{ mode: 'ingress', host_ip: '127.0.0.1', protocol: 'udp', target: 80, published: '8080' }],
    ],
    [
      '["[::1]:8080:80"]',
      [{ mode: 'ingress', host_ip: '::1', protocol: 'tcp', target: 80, published: '8080' }],
    ],
    ['["127.0.0.1::80"]', [{ mode: 'ingress', host_ip: '127.0.0.1', protocol: 'tcp', target: 80 }]],
    [
      '["9000-9001:90-91"]',
      [
        { mode: 'ingress', protocol: 'tcp', target: 90, published: '9000' },
        { mode: 'ingress', protocol: 'tcp', target: 91, published: '9001' },
      ],
    ],
    ['["6000-6010:60"]', [{ mode: 'ingress', protocol: 'tcp', target: 60, published: '6000-6010' }]],
    [
      '["80-81/sctp"]',
      [
        { mode: 'ingress', protocol: 'sctp', target: 80 },
        { mode: 'ingress', protocol: 'sctp', target: 81 },
      ],
    ],
    [
      '[{target: 80, published: 8080}]',
      [{ target: 80, published: '8080', protocol: 'tcp', mode: 'ingress' }],
    ],
    [
      '[{target: "80", published: "8000-8010", host_ip: 127.0.0.1, protocol: udp, mode: host, name: web, app_protocol: http}]',
      [
        {
          target: 80,
          published: '8000-8010',
          host_ip: '127.0.0.1',
          protocol: 'udp',
          mode: 'host',
          name: 'web',
          app_protocol: 'http',
        },
      ],
    ],
    ['[{target: 70000, protocol: UDP}]', [{ target: 70_000, protocol: 'UDP', mode: 'ingress' }]],
    ['[{target: 80, host_ip: "", published: ""}]', [{ target: 80, protocol: 'tcp', mode: 'ingress' }]],
    [
      '["::1:6000:6001"]',
      [{ mode: 'ingress', host_ip: '::1', target: 6001, published: '6000', protocol: 'tcp' }],
    ],
    ['[]', undefined],
    ['', undefined],
  ],
  faults: [
    ['80', 'invalid-type 4:12 80'],
    ['[70000]', 'invalid-value 4:13 70000'],
    ['[0]', 'invalid-value 4:13 0'],
    ['["80:80:80"]', 'invalid-value 4:13 "80:80:80"'],
    ['["8080:http"]', 'invalid-value 4:13 "8080:http"'],
    ['["90-80:80-90"]', 'invalid-value 4:13 "90-80:80-90"'],
    ['["8080-8082:80-81"]', 'invalid-value 4:13 "8080-8082:80-81"'],
    ['["80:80/tpc"]', 'invalid-value 4:13 "80:80/tpc"'],
    ['["80/tcp/udp"]', 'invalid-value 4:13 "80/tcp/udp"'],
    ['[80.5]', 'invalid-value 4:13 80.5'],
    ['[{published: 80}]', 'missing-key 4:13 {published: 80}'],
    ['[{target: 80, protocl: tcp}]', 'unknown-key 4:26 protocl'],
    ['[{target: 80, mode: ingres}]', 'invalid-value 4:32 ingres'],
    ['[{target: 80-81}]', 'invalid-value 4:22 80-81'],
    ['[{target: 80, host_ip: localhost}]', 'invalid-value 4:35 localhost'],
  ],
});
