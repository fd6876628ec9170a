import test from 'ava';
import { canonicalService, web } from '../support.ts';

/** Lists with items that are the same by what they are known by: the last one is at the place of the first. */
const repeated = [
  ['cap_add', '[NET_ADMIN, SYS_TIME, NET_ADMIN]', ['NET_ADMIN', 'SYS_TIME']],
  ['dns', '[1.1.1.1, 8.8.8.8, 1.1.1.1]', ['1.1.1.1', '8.8.8.8']],
  ['dns_opt', '[a, b, a]', ['a', 'b']],
  ['dns_search', '[a.b, c.d, a.b]', ['a.b', 'c.d']],
  ['expose', '["80", 80, "80/tcp"]', ['80', '80/tcp']],
  ['tmpfs', '[/a, /b, /a]', ['/a', '/b']],
  ['ports', '["8080:80", "8080:80"]', [{ mode: 'ingress', target: 80, published: '8080', protocol: 'tcp' }]],
  // Red without: one of the four parts of `identity` in ports.ts.
  [
    'ports',
    '["127.0.0.1:80:80", "80:80", "80:80/udp", "0.0.0.0:80:80", "81:80", "80:81"]',
    [
      { mode: 'ingress', host_ip: '127.0.0.1', target: 80, published: '80', protocol: 'tcp' },
      { mode: 'ingress', host_ip: '0.0.0.0', target: 80, published: '80', protocol: 'tcp' },
      { mode: 'ingress', target: 80, published: '80', protocol: 'udp' },
      { mode: 'ingress', target: 80, published: '81', protocol: 'tcp' },
      { mode: 'ingress', target: 81, published: '80', protocol: 'tcp' },
    ],
  ],
  [
    'ports',
    '[{target: 80, published: "8080"}, {target: 80, published: "8080", mode: host}]',
    [{ mode: 'host', target: 80, published: '8080', protocol: 'tcp' }],
  ],
  [
    'volumes',
    '["./a:/x", "./b:/y", "./c:/x"]',
    [
      { type: 'bind', source: '/project/c', target: '/x', bind: {} },
      { type: 'bind', source: '/project/b', target: '/y', bind: {} },
    ],
  ],
  [
    'devices',
    '["/dev/a:/dev/x", "/dev/b:/dev/x"]',
    [{ source: '/dev/b', target: '/dev/x', permissions: 'rwm' }],
  ],
  ['networks', '{default: {aliases: [a, b, a]}}', { default: { aliases: ['a', 'b'] } }],
] as const;

for (const [key, written, canonical] of repeated)
  test(`${key}: ${written}`, (t) => {
    t.deepEqual(canonicalService(web(`${key}: ${written}`), { toRun: false })[key] as unknown, canonical);
  });

test('a secret that is given twice, and a config at the same place', (t) => {
  const text = `${web('secrets: [k, {source: k}]\nconfigs: [c, {source: d, target: /c}]')}
secrets: {k: {file: ./k}}
configs: {c: {file: ./c}, d: {file: ./d}}
`;
  const { secrets, configs } = canonicalService(text, { toRun: false });
  t.deepEqual(secrets as unknown, [{ source: 'k', target: '/run/secrets/k' }]);
  t.deepEqual(configs as unknown, [{ source: 'd', target: '/c' }]);
});
