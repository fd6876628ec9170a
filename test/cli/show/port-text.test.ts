import test from 'ava';
import type { PortSummary } from '../../../src/api/calls/containers.ts';
import { containerJson } from '../../../src/cli/show/container-json.ts';
import { portText } from '../../../src/cli/show/port-text.ts';
import { container } from '../container.ts';

const tcp = (PrivatePort: number, PublicPort?: number, IP = '0.0.0.0'): PortSummary => ({
  PrivatePort,
  Type: 'tcp',
  ...(PublicPort !== undefined && { IP, PublicPort }),
});

const table: readonly (readonly [ports: readonly PortSummary[], expected: string])[] = [
  [[], ''],
  [[tcp(80)], '80/tcp'],
  [[tcp(80, 8080)], '0.0.0.0:8080->80/tcp'],
  [[tcp(80, 8080, '::'), tcp(80, 8080)], '0.0.0.0:8080->80/tcp, [::]:8080->80/tcp'],
  [[tcp(80, 80), tcp(81, 81), tcp(83, 83)], '0.0.0.0:80-81->80-81/tcp, 0.0.0.0:83->83/tcp'],
  [[tcp(90), tcp(91), tcp(80, 8080)], '90-91/tcp, 0.0.0.0:8080->80/tcp'],
  [[tcp(80, 8080), tcp(81, 8081)], '0.0.0.0:8080->80/tcp, 0.0.0.0:8081->81/tcp'],
  [[tcp(80, 80), { ...tcp(80, 80), Type: 'udp' }], '0.0.0.0:80->80/tcp, 0.0.0.0:80->80/udp'],
  [[tcp(5, 5, '127.0.0.1'), tcp(6, 6, '127.0.0.1')], '127.0.0.1:5-6->5-6/tcp'],
];

for (const [ports, expected] of table)
  test(`ports of a list: ${expected || 'none'}`, (t) => t.is(portText(ports), expected));

test('a container in JSON has its ports as Docker prints them', (t) => {
  const { Ports, Publishers } = containerJson(container({ Ports: [tcp(80, 8080), tcp(90)] }), 0);
  t.is(Ports, '90/tcp, 0.0.0.0:8080->80/tcp');
  t.deepEqual(Publishers, [
    { URL: '0.0.0.0', TargetPort: 80, PublishedPort: 8080, Protocol: 'tcp' },
    { URL: '', TargetPort: 90, PublishedPort: 0, Protocol: 'tcp' },
  ]);
});

// Red without: the defaults in port-text.ts and container-json.ts.
test('containers of a supervisor that does not know of ports have none', (t) => {
  const { Ports: _, ...earlier } = container();
  const { Ports, Publishers } = containerJson(earlier, 0);
  t.deepEqual([Ports, Publishers], ['', []]);
});
