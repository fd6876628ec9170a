import test from 'ava';
import { publicationOf } from '../../../src/engine/ports/publication.ts';
import type { BoundPort, ContainerRecord, NetworkRecord } from '../../../src/engine/record/project-record.ts';
import { service } from '../../container/samples.ts';

const NETWORKS = Object.fromEntries(
  ['back', 'front', 'hidden'].map((key) => [
    key,
    { key, name: key, ...(key === 'hidden' && { internal: true }) } as NetworkRecord,
  ]),
);

const container = (
  ports: readonly Partial<BoundPort>[],
  addresses: Readonly<Record<string, string>>,
  addresses6?: Readonly<Record<string, string>>,
) =>
  ({
    name: 'app-web-1',
    definition: service({
      networks: {
        front: { aliases: [] },
        back: { aliases: [] },
        hidden: { aliases: [], gatewayPriority: 9 },
      },
    }),
    addresses,
    addresses6,
    ports: ports.map((port) => ({ protocol: 'tcp', hostPort: 8080, port: 80, ...port })),
  }) as unknown as ContainerRecord;

const V4 = { front: '10.0.0.2', back: '10.1.0.2', hidden: '10.2.0.2' };
const V6 = { front: 'fd00::2' };

/** What becomes of a port at each address: that of the packet filter, and that of the relay. */
const ways = (...given: Parameters<typeof container>): readonly (readonly [string, string])[] => {
  const { mappings, entries } = publicationOf(container(...given), NETWORKS);
  return given[0].map(({ hostIp }) => [
    mappings.find((mapping) => mapping.hostIp === hostIp)?.address ?? '',
    entries.find(({ address }) => address === hostIp)?.to.address ?? '',
  ]);
};

const at = (...addresses: readonly string[]) => addresses.map((hostIp) => ({ hostIp }));

test('the packet filter has what comes from outside, and the relay everything', (t) => {
  t.deepEqual(ways(at('0.0.0.0', '::', '127.0.0.1', '::1', '192.0.2.1'), V4), [
    ['10.1.0.2', '10.1.0.2'],
    ['', '10.1.0.2'],
    ['', '10.1.0.2'],
    ['', '10.1.0.2'],
    ['10.1.0.2', '10.1.0.2'],
  ]);
});

test('a port at an address of IPv6 leads to one of IPv6 if there is one', (t) => {
  t.deepEqual(ways(at('0.0.0.0', '::', '::1', '2001:db8::1'), V4, V6), [
    ['10.1.0.2', '10.1.0.2'],
    ['fd00::2', 'fd00::2'],
    ['', 'fd00::2'],
    ['fd00::2', 'fd00::2'],
  ]);
  t.deepEqual(ways(at('0.0.0.0', '::'), {}, V6), [
    ['', 'fd00::2'],
    ['fd00::2', 'fd00::2'],
  ]);
});

test('on internal networks nothing is published', (t) => {
  t.deepEqual(ways(at('0.0.0.0'), { hidden: '10.2.0.2' }), [['', '']]);
});

test('the relay has no SCTP', (t) => {
  const { mappings, entries } = publicationOf(
    container([{ hostIp: '0.0.0.0', protocol: 'sctp' }], V4),
    NETWORKS,
  );
  t.is(mappings.length, 1);
  t.deepEqual(entries, []);
});
