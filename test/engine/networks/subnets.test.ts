import test from 'ava';
import { Problem } from '../../../src/base/diagnostic.ts';
import { encloses, overlap, parseBlock, parseIp } from '../../../src/base/ip.ts';
import { chooseSubnets } from '../../../src/engine/networks/subnets.ts';
import type { NetworkBlock } from '../../../src/engine/record/project-record.ts';
import type { Network } from '../../../src/project/model/project.ts';

test('a network gets a private /20 whose first address is the gateway', (t) => {
  const chosen = chosenFor('default');
  t.true(encloses(parseBlock('172.16.0.0/12')!, parseBlock(chosen!.subnet)!));
  t.is(parseBlock(chosen!.subnet)!.prefix, 20);
  t.is(parseIp(chosen!.gateway)!.value, parseBlock(chosen!.subnet)!.value + 1n);
});

test('the same project finds the same subnets, on any machine', (t) => {
  t.deepEqual(chooseSubnets(project('default'), {}, []), {
    default: [{ subnet: '172.24.48.0/20', gateway: '172.24.48.1' }],
  });
  t.deepEqual(
    chooseSubnets(project('default'), {}, ['192.168.1.0/24']),
    chooseSubnets(project('default'), {}, []),
  );
});

test('networks of other names and projects are likely to differ', (t) => {
  const names = Array.from({ length: 40 }, (_, index) => `network${index}`);
  const all = names.map((name) => chooseSubnets({ ...project('default'), name }, {}, []).default![0]!.subnet);
  t.true(new Set(all).size > 30);
});

test('nothing that the host has a route to is taken', (t) => {
  const first = chosenFor('default');
  const next = chosenFor('default', ['0.0.0.0/0', `${first.gateway}/32`]);
  t.false(overlap(parseBlock(first.subnet)!, parseBlock(next.subnet)!));
  t.is(parseBlock(next.subnet)!.value, parseBlock(first.subnet)!.value + 4096n);
});

test('when the first pool is taken the others are used', (t) => {
  const ten = chosenFor('default', ['172.16.0.0/12']);
  t.true(encloses(parseBlock('10.0.0.0/8')!, parseBlock(ten.subnet)!));
  const last = chosenFor('default', ['172.16.0.0/12', '10.0.0.0/8']);
  t.true(encloses(parseBlock('192.168.0.0/16')!, parseBlock(last.subnet)!));
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
  const chosen = Object.values(chooseSubnets(project(...keys), {}, ['172.17.0.0/16'])).flat();
  t.is(new Set(chosen.map(({ subnet }) => subnet)).size, 1000);
  t.false(chosen.some(({ subnet }) => overlap(parseBlock(subnet)!, parseBlock('172.17.0.0/16')!)));
});

test('a network keeps what it has, though its own bridge is among the routes', (t) => {
  const host = ['10.9.0.0/20', '10.9.0.1/32', '10.9.15.255/32'];
  t.is(chosenFor('default', host, ['10.9.0.0/20']).subnet, '10.9.0.0/20');
});

test('a network keeps what it has, though the host has learned a larger route since', (t) => {
  t.is(chosenFor('default', ['10.0.0.0/8'], ['10.9.0.0/20']).subnet, '10.9.0.0/20');
});

test('what the file says wins over what the network has', (t) => {
  const chosen = chooseSubnets(
    { name: 'app', networks: { back: network('back', '10.9.0.0/24', '10.9.0.254') } },
    { back: ['10.9.0.0/20'] },
    ['10.9.0.0/20'],
  );
  t.deepEqual(chosen, { back: [{ subnet: '10.9.0.0/24', gateway: '10.9.0.254' }] });
});

test('a network has to give way when the file gives its subnet to another', (t) => {
  const { front } = chooseSubnets(
    { name: 'app', networks: { front: network('front'), back: network('back', '10.9.0.0/24') } },
    { front: ['10.9.0.0/20'] },
    [],
  );
  t.false(overlap(parseBlock(front![0]!.subnet)!, parseBlock('10.9.0.0/20')!));
});

test('a subnet of the file that the host has a route to is a diagnostic at its place', (t) => {
  const wanted = { name: 'app', networks: { back: network('back', '192.168.1.0/24') } };
  t.deepEqual(
    problems(() => chooseSubnets(wanted, {}, ['0.0.0.0/0', '192.168.0.0/16'])),
    [['subnet-overlap', 'networks.back.ipam.config[0].subnet']],
  );
});

const withIpv6 = (more: Partial<Network> = {}) => ({
  name: 'app',
  networks: { back: { ...network('back'), ipv6: true as const, ...more } },
});

test('a network with IPv6 gets a /64 of the machine, and the same one again', (t) => {
  const { back } = chooseSubnets(withIpv6(), {}, [], 'machine');
  t.is(back!.length, 2);
  const { subnet, gateway } = back![1]!;
  t.regex(subnet, /^fd[0-9a-f]{2}:[0-9a-f]{1,4}:[0-9a-f]{1,4}:[0-9a-f]{1,4}::\/64$/);
  t.is(gateway, subnet.replace('::/64', '::1'));
  t.deepEqual(chooseSubnets(withIpv6(), {}, [], 'machine').back, back);
  t.not(chooseSubnets(withIpv6(), {}, [], 'another').back![1]!.subnet, subnet);
  const { back: next } = chooseSubnets(withIpv6(), {}, [subnet], 'machine');
  t.not(next![1]!.subnet, subnet);
  t.is(chooseSubnets(withIpv6(), { back: ['10.9.0.0/20', subnet] }, [subnet], 'x').back![1]!.subnet, subnet);
});

test('without IPv4, a network has IPv6 blocks only', (t) => {
  const { back } = chooseSubnets(withIpv6({ ipv4: false }), {}, []);
  t.true(back!.every(({ subnet }) => subnet.includes(':')));
});

test('blocks of the file come with ranges, gateways and reserved addresses; of IPv6 only with IPv6', (t) => {
  const blocks = [
    { subnet: 'fd01::/64', gateway: 'fd01::9' },
    { subnet: '10.9.0.0/24', range: '10.9.0.128/25', auxiliary: { router: '10.9.0.130' } },
    { subnet: '10.8.0.0/24' },
  ];
  const ipv4 = [
    { subnet: '10.9.0.0/24', gateway: '10.9.0.1', range: '10.9.0.128/25', reserved: ['10.9.0.130'] },
    { subnet: '10.8.0.0/24', gateway: '10.8.0.1' },
  ];
  t.deepEqual(chooseSubnets(withIpv6({ blocks }), {}, []).back, [
    ...ipv4,
    { subnet: 'fd01::/64', gateway: 'fd01::9' },
  ]);
  const without = { name: 'app', networks: { back: { ...network('back'), blocks } } };
  t.deepEqual(chooseSubnets(without, {}, []).back, ipv4);
});

test('a second block that the host has a route to is a diagnostic at its place', (t) => {
  const blocks = [{ subnet: '10.9.0.0/24' }, { subnet: 'fd01::/64' }];
  t.deepEqual(
    problems(() => chooseSubnets(withIpv6({ blocks }), {}, ['fd01::/48', '::/0'])),
    [['subnet-overlap', 'networks.back.ipam.config[1].subnet']],
  );
});

const network = (key: string, subnet?: string, gateway?: string): Network => ({
  key,
  name: `app_${key}`,
  ...(subnet ? { blocks: [{ subnet, ...(gateway ? { gateway } : {}) }] } : {}),
});

const project = (...keys: readonly string[]) => ({
  name: 'app',
  networks: Object.fromEntries(keys.map((key) => [key, network(key)])),
});

const chosenFor = (key: string, host: readonly string[] = [], kept: readonly string[] = []): NetworkBlock =>
  chooseSubnets(project(key), { [key]: kept }, host)[key]![0]!;

const problems = (action: () => unknown): readonly (readonly [string, string | undefined])[] => {
  try {
    action();
    return [];
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return error.diagnostics.map(({ code, from }) => [code, from] as const);
  }
};
