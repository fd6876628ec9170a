import test from 'ava';
import { linksOf } from '../../../src/engine/facts/links.ts';
import { recordedAddresses } from '../../../src/engine/networks/addresses.ts';
import type {
  ContainerRecord,
  NetworkRecord,
  ProjectRecord,
} from '../../../src/engine/record/project-record.ts';
import { plainService } from '../../../src/project/model/plain-service.ts';
import type { Attachment, Service } from '../../../src/project/model/project.ts';

test('the default route goes through the network with the highest priority', (t) => {
  t.deepEqual(waysOut({ a: {}, b: { gatewayPriority: 1 }, c: { gatewayPriority: -1 } }), { b: ['10.0.2.1'] });
});

test('of networks with one priority, the first by its name on the machine is the way out', (t) => {
  t.deepEqual(waysOut({ b: {}, a: {} }), { a: ['10.0.1.1'] });
});

// Red without: the filter of internal networks in `wayOut` of engine/facts/links.ts.
test('nothing goes out through an internal network', (t) => {
  const internal = { a: { internal: true as const } };
  t.deepEqual(waysOut({ a: { gatewayPriority: 9 }, b: {} }, internal), { b: ['10.0.2.1'] });
  t.deepEqual(waysOut({ a: {} }, internal), {});
});

test('each family has a way out of its own', (t) => {
  const only6 = { c: { blocks: [{ subnet: 'fd00:0:0:3::/64', gateway: 'fd00:0:0:3::1' }], subnet: '' } };
  t.deepEqual(waysOut({ a: {}, c: {} }, only6), { a: ['10.0.1.1'], c: ['fd00:0:0:3::1'] });
});

test('interfaces have the names of the file, and the others count on', (t) => {
  const links = linksFor({ a: {}, b: { interfaceName: 'eth0' }, c: {} });
  t.deepEqual(
    links.map(({ network, name }) => [network, name]),
    [
      ['a', 'eth1'],
      ['b', 'eth0'],
      ['c', 'eth2'],
    ],
  );
});

test('hardware addresses are those of the file, or follow from the address', (t) => {
  const links = linksFor(
    { a: {}, b: { macAddress: '02:00:00:00:00:01' }, c: {} },
    {},
    { macAddress: '02:00:00:00:00:02' },
  );
  t.deepEqual(
    links.map(({ mac }) => mac),
    ['02:00:00:00:00:02', '02:00:00:00:00:01', '02:42:0a:00:03:02'],
  );
});

test('other blocks of a network are on the link', (t) => {
  const blocks = [
    { subnet: '10.0.1.0/24', gateway: '10.0.1.1' },
    { subnet: '10.1.1.0/24', gateway: '10.1.1.1' },
    { subnet: 'fd00::/64', gateway: 'fd00::1' },
  ];
  const [link] = linksFor({ a: {} }, { a: { blocks } });
  t.deepEqual(link!.routes, ['10.1.1.0/24']);
});

test('a record of an earlier version has its one block', (t) => {
  const [link] = linksFor({ a: {} });
  t.deepEqual(link!.addresses, [{ address: '10.0.1.2', prefix: 24 }]);
});

test('options of the driver are those of the interfaces', (t) => {
  const options = {
    'com.docker.network.driver.mtu': '1400',
    'com.docker.network.bridge.enable_icc': 'false',
  };
  const [link] = linksFor({ a: {} }, { a: { options } });
  t.deepEqual([link!.mtu, link!.port], [1400, { isolated: true }]);
});

test('the port of a container that publishes lets its own packets back in', (t) => {
  const ports = [{ from: 'services.web.ports[0]', target: 80, protocol: 'tcp' as const }];
  t.deepEqual(linksFor({ a: {} }, {}, { ports })[0]!.port, { hairpin: true });
});

type Networks = Readonly<Record<string, Partial<NetworkRecord>>>;

const linksFor = (
  attachments: Readonly<Record<string, Partial<Attachment>>>,
  changes: Networks = {},
  service: Partial<Service> = {},
) => {
  const networks = Object.fromEntries(
    Object.keys(attachments).map((key) => [key, { ...networkOf(key), ...changes[key] }]),
  );
  const definition: Service = {
    ...plainService,
    name: 'web',
    ...service,
    networks: Object.fromEntries(
      Object.entries(attachments).map(([key, attachment]) => [key, { aliases: [], ...attachment }]),
    ),
  };
  const addresses = Object.keys(attachments).map((key) => {
    const ipv4 = networks[key]!.subnet === '' ? {} : { ipv4: `10.0.${numberOf(key)}.2` };
    const ipv6 = networks[key]!.subnet === '' ? { ipv6: `fd00:0:0:${numberOf(key)}::2` } : {};
    return [key, { ...ipv4, ...ipv6 }] as const;
  });
  const container = { id: 'f', name: 'app-web-1', definition, ...recordedAddresses(addresses) };
  return linksOf(
    { record: { networks } as unknown as ProjectRecord, bridges: new Map() },
    container as unknown as ContainerRecord,
  );
};

const numberOf = (key: string): number => key.charCodeAt(0) - 96;

const networkOf = (key: string): NetworkRecord => ({
  key,
  name: `app_${key}`,
  hash: '',
  subnet: `10.0.${numberOf(key)}.0/24`,
  gateway: `10.0.${numberOf(key)}.1`,
  bridge: `br${key}`,
});

const waysOut = (
  attachments: Readonly<Record<string, Partial<Attachment>>>,
  changes?: Networks,
): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    linksFor(attachments, changes).flatMap(({ network, gateways }) =>
      gateways.length > 0 ? [[network, gateways]] : [],
    ),
  );
