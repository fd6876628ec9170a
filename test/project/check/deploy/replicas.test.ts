import test from 'ava';
import { loadText, problems, web } from '../../support.ts';

const SEVERAL = 'scale: 3\n';

const refused = [
  ['container_name: one', '5:21 one'],
  ['ports: ["8080:80"]', '5:13 "8080:80"'],
  ['ports: ["127.0.0.1:8080:80/udp"]', '5:13 "127.0.0.1:8080:80/udp"'],
  ['ports: ["8080-8081:80"]', '5:13 "8080-8081:80"'],
  ['ports: [{target: 80, published: "8080"}]', '5:13 {target: 80, published: "8080"}'],
  ['mac_address: 02:42:0a:01:00:05', '5:18 02:42:0a:01:00:05'],
  ['networks: {default: {mac_address: 02:42:0a:01:00:05}}', '5:39 02:42:0a:01:00:05'],
] as const;

for (const [keys, place] of refused)
  test(`one container only: ${keys}`, (t) => {
    t.deepEqual(problems(web(`${SEVERAL}${keys}`)), [`error conflicting-keys ${place}`]);
    t.deepEqual(problems(web(`deploy: {replicas: 3}\n${keys}`)).length, 1);
    t.deepEqual(problems(web(`scale: 1\n${keys}`)), []);
    t.deepEqual(problems(web(`scale: 0\n${keys}`)), []);
    t.deepEqual(problems(web(`${SEVERAL}${keys}`), { scale: new Map([['web', 1]]) }), []);
    t.deepEqual(problems(web(keys), { scale: new Map([['web', 2]]) }).length, keys.includes('-8081') ? 0 : 1);
  });

const accepted = [
  'ports: ["8080-8082:80"]',
  'ports: ["80"]',
  'ports: ["0:80"]',
  'hostname: one',
  'network_mode: none',
];

for (const keys of accepted)
  test(`several containers: ${keys}`, (t) => {
    t.deepEqual(problems(web(`${SEVERAL}${keys}`)), []);
  });

test('a fixed address of either family is for one container', (t) => {
  const text = `${web(`${SEVERAL}networks: {n: {ipv4_address: 10.1.0.5, ipv6_address: "fd00::5"}}`)}networks:
  n: {enable_ipv6: true, ipam: {config: [{subnet: 10.1.0.0/24}, {subnet: "fd00::/64"}]}}
`;
  t.deepEqual(problems(text), [
    'error conflicting-keys 5:34 10.1.0.5',
    'error conflicting-keys 5:58 "fd00::5"',
  ]);
});

test('every problem is found at once, with a way out and the number', (t) => {
  const { diagnostics } = loadText(web(`${SEVERAL}container_name: one\nports: ["8080:80", "90-91:90"]`));
  t.deepEqual(
    diagnostics.map(({ message, help }) => [message, help]),
    [
      ['3 containers of `web` cannot have one name', 'remove `container_name`, or run one container'],
      [
        '3 containers of `web` cannot publish the one host port `8080`',
        'publish a range such as `8080-8082:80`, or leave the host port out',
      ],
      [
        '3 containers of `web` need 3 host ports, and the range `90-91` has 2',
        'publish a range such as `90-92:90`, or leave the host port out',
      ],
    ],
  );
  t.deepEqual(
    diagnostics[0]!.labels!.map(({ at, text }) => [at.line, text]),
    [[4, 'this asks for 3']],
  );
  const asked = loadText(web('container_name: one'), { scale: new Map([['web', 2]]) }).diagnostics;
  t.deepEqual(asked[0]!.notes, ['the command line asks for 2']);
});

test('a service without containers has no namespace and no mounts to give', (t) => {
  const db = '  db: {command: x, scale: 0}\n';
  t.deepEqual(problems(`${web('network_mode: "service:db"')}${db}`), [
    'error conflicting-keys 4:19 "service:db"',
  ]);
  t.deepEqual(problems(`${web('volumes_from: [db]')}${db}`), ['error conflicting-keys 4:20 db']);
  t.deepEqual(problems(`${web('depends_on: [db]')}${db}`), []);
  t.deepEqual(problems(`${web('pid: "service:db"')}${db.replace('0', '2')}`), []);
});

test('a given name is that of no replica of another service', (t) => {
  const text = (name: string) => `name: app\n${web('scale: 2')}  db: {command: x, container_name: ${name}}\n`;
  t.deepEqual(problems(text('app-web-2')), ['error duplicate-name 6:36 app-web-2']);
  t.deepEqual(problems(text('app-web-3')), []);
  t.is(problems(text('app-web-3'), { scale: new Map([['web', 3]]) }).length, 1);
});
