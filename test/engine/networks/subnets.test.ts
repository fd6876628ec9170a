import test from 'ava';
import { Problem } from '../../../src/base/diagnostic.ts';
import { covers, overlaps, parseAddress, parseSubnet } from '../../../src/base/ipv4.ts';
import { addressBook, chooseSubnets } from '../../../src/engine/networks/subnets.ts';
import type { Network } from '../../../src/project/model/project.ts';

test('a network gets a private /20 whose first address is the gateway', (t) => {
  const { default: chosen } = chooseSubnets(project('default'), {}, []);
  t.true(covers(parseSubnet('172.16.0.0/12')!, parseSubnet(chosen!.subnet)!));
  t.is(parseSubnet(chosen!.subnet)!.prefix, 20);
  t.is(parseAddress(chosen!.gateway), parseSubnet(chosen!.subnet)!.address + 1);
});

test('the same project finds the same subnets, on any machine', (t) => {
  t.deepEqual(chooseSubnets(project('default'), {}, []), {
    default: { subnet: '172.24.48.0/20', gateway: '172.24.48.1' },
  });
  t.deepEqual(
    chooseSubnets(project('default'), {}, ['192.168.1.0/24']),
    chooseSubnets(project('default'), {}, []),
  );
});

test('networks of other names and projects are likely to differ', (t) => {
  const names = Array.from({ length: 40 }, (_, index) => `network${index}`);
  const all = names.map((name) => chooseSubnets({ ...project('default'), name }, {}, []).default!.subnet);
  t.true(new Set(all).size > 30);
});

test('nothing that the host has a route to is taken', (t) => {
  const first = chooseSubnets(project('default'), {}, []).default!;
  const next = chooseSubnets(project('default'), {}, ['0.0.0.0/0', `${first.gateway}/32`]).default!;
  t.false(overlaps(parseSubnet(first.subnet)!, parseSubnet(next.subnet)!));
  t.is(parseSubnet(next.subnet)!.address, parseSubnet(first.subnet)!.address + 4096);
});

test('when the first pool is taken the others are used', (t) => {
  const ten = chooseSubnets(project('default'), {}, ['172.16.0.0/12']).default!;
  t.true(covers(parseSubnet('10.0.0.0/8')!, parseSubnet(ten.subnet)!));
  const last = chooseSubnets(project('default'), {}, ['172.16.0.0/12', '10.0.0.0/8']).default!;
  t.true(covers(parseSubnet('192.168.0.0/16')!, parseSubnet(last.subnet)!));
});

test('when every pool is taken, each network that has to go without is a diagnostic', (t) => {
  const host = ['172.16.0.0/12', '10.0.0.0/8', '192.168.0.0/16'];
  t.deepEqual(
    problems(() => chooseSubnets(project('front', 'back'), {}, host)),
    [
      ['subnet-exhausted', 'networks.front'],
      ['subnet-exhausted', 'networks.back'],
    ],
  );
});

test('a default route in two halves does not count as a route to everything', (t) => {
  t.notThrows(() => chooseSubnets(project('default'), {}, ['0.0.0.0/1', '128.0.0.0/1']));
});

test('a thousand networks of one project do not overlap', (t) => {
  const keys = Array.from({ length: 1000 }, (_, index) => `network${index}`);
  const chosen = Object.values(chooseSubnets(project(...keys), {}, ['172.17.0.0/16']));
  t.is(new Set(chosen.map(({ subnet }) => subnet)).size, 1000);
  t.false(chosen.some(({ subnet }) => overlaps(parseSubnet(subnet)!, parseSubnet('172.17.0.0/16')!)));
});

test('a network keeps what it has, though its own bridge is among the routes', (t) => {
  const host = ['10.9.0.0/20', '10.9.0.1/32', '10.9.15.255/32'];
  t.is(chooseSubnets(project('default'), { default: '10.9.0.0/20' }, host).default?.subnet, '10.9.0.0/20');
});

test('a network keeps what it has, though the host has learned a larger route since', (t) => {
  t.is(
    chooseSubnets(project('default'), { default: '10.9.0.0/20' }, ['10.0.0.0/8']).default?.subnet,
    '10.9.0.0/20',
  );
});

test('what the file says wins over what the network has', (t) => {
  const chosen = chooseSubnets(
    { name: 'app', networks: { back: network('back', '10.9.0.0/24', '10.9.0.254') } },
    { back: '10.9.0.0/20' },
    ['10.9.0.0/20'],
  );
  t.deepEqual(chosen, { back: { subnet: '10.9.0.0/24', gateway: '10.9.0.254' } });
});

test('a network has to give way when the file gives its subnet to another', (t) => {
  const { front } = chooseSubnets(
    { name: 'app', networks: { front: network('front'), back: network('back', '10.9.0.0/24') } },
    { front: '10.9.0.0/20' },
    [],
  );
  t.false(overlaps(parseSubnet(front!.subnet)!, parseSubnet('10.9.0.0/20')!));
});

test('a subnet of the file that the host has a route to is a diagnostic at its place', (t) => {
  const wanted = { name: 'app', networks: { back: network('back', '192.168.1.0/24') } };
  t.deepEqual(
    problems(() => chooseSubnets(wanted, {}, ['0.0.0.0/0', '192.168.0.0/16'])),
    [['subnet-overlap', 'networks.back.ipam.config[0].subnet']],
  );
});

test('containers get the smallest free addresses behind the gateway', (t) => {
  t.deepEqual(chooseAddresses(small, ['web', 'db'], {}), { web: '10.0.0.2', db: '10.0.0.3' });
});

test('a container keeps its address, and a gap is filled', (t) => {
  t.deepEqual(
    chooseAddresses(small, ['web', 'api', 'db'], { db: '10.0.0.2', api: '10.0.0.5', other: '10.0.0.3' }),
    {
      web: '10.0.0.4',
      api: '10.0.0.5',
      db: '10.0.0.2',
    },
  );
});

test('an address of an earlier subnet, or the gateway, is not kept', (t) => {
  const held = { web: '172.18.0.2', api: '10.0.0.1', db: '10.0.0.0' };
  t.deepEqual(chooseAddresses(small, ['web', 'api', 'db'], held), {
    web: '10.0.0.2',
    api: '10.0.0.3',
    db: '10.0.0.4',
  });
});

test('a gateway in the middle is passed over', (t) => {
  const network = { ...small, gateway: '10.0.0.3' };
  t.deepEqual(Object.values(chooseAddresses(network, ['a', 'b', 'c'], {})), [
    '10.0.0.1',
    '10.0.0.2',
    '10.0.0.4',
  ]);
});

test('a subnet is used up to the last address before its broadcast address', (t) => {
  const five = ['a', 'b', 'c', 'd', 'e'];
  t.is(chooseAddresses(small, five, {}).e, '10.0.0.6');
  t.deepEqual(
    problems(() => chooseAddresses(small, [...five, 'f'], {})),
    [['subnet-exhausted', 'networks.back']],
  );
});

test('a thousand containers get a thousand addresses', (t) => {
  const names = Array.from({ length: 1000 }, (_, index) => `s${index}`);
  const addresses = chooseAddresses(
    { key: 'default', subnet: '172.18.0.0/20', gateway: '172.18.0.1' },
    names,
    {},
  );
  t.is(new Set(Object.values(addresses)).size, 1000);
  t.is(addresses.s999, '172.18.3.233');
});

const chooseAddresses = (
  network: Parameters<typeof addressBook>[0],
  containers: readonly string[],
  held: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> => {
  const book = addressBook(network, held);
  return Object.fromEntries(containers.map((container) => [container, book(container)]));
};

const small = { key: 'back', subnet: '10.0.0.0/29', gateway: '10.0.0.1' };

const network = (key: string, subnet?: string, gateway?: string): Network => ({
  key,
  name: `app_${key}`,
  ...(subnet ? { subnet } : {}),
  ...(gateway ? { gateway } : {}),
});

const project = (...keys: readonly string[]) => ({
  name: 'app',
  networks: Object.fromEntries(keys.map((key) => [key, network(key)])),
});

const problems = (action: () => unknown): readonly (readonly [string, string | undefined])[] => {
  try {
    action();
    return [];
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return error.diagnostics.map(({ code, from }) => [code, from] as const);
  }
};
