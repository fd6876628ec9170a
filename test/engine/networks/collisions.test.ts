import { execFileSync } from 'node:child_process';
import test, { type ExecutionContext } from 'ava';
import type { Diagnostic } from '../../../src/base/diagnostic.ts';
import { openCollisions } from '../../../src/engine/networks/collisions.ts';
import { openRoute } from '../../../src/engine/networks/rtnetlink.ts';
import { until } from '../ports/relay/with-relay.ts';
import { inOwnNetwork } from './own-network.ts';

const asRoot = process.geteuid?.() === 0 ? test.serial : test.serial.skip;

const NETWORKS = [
  { key: 'default', bridge: 'tscA', blocks: ['10.5.16.0/20', 'fd00:1::/64'] },
  { key: 'back', bridge: 'tscB', blocks: ['10.6.0.0/16'] },
];

/** Two networks, and the interface of a VPN. */
const open = (t: ExecutionContext) => {
  inOwnNetwork(t);
  const ip = (words: string): void => void execFileSync('ip', words.split(' '));
  ip('link set lo up');
  ip('link add tscA type veth peer name tun0');
  ip('link add tscB type veth peer name tun1');
  for (const name of ['tscA', 'tscB', 'tun0', 'tun1']) ip(`link set ${name} up`);
  ip('addr add 10.5.16.1/20 dev tscA');
  ip('addr add fd00:1::1/64 dev tscA nodad');
  ip('addr add 10.6.0.1/16 dev tscB');
  const said: Diagnostic[] = [];
  const left: Diagnostic[] = [];
  const route = openRoute();
  const collisions = openCollisions({
    route,
    notice: (diagnostic) => void said.push(diagnostic),
    leave: (diagnostic) => void left.push(diagnostic),
  });
  t.teardown(collisions.end);
  const look = (): readonly string[] => {
    said.length = 0;
    collisions.look(NETWORKS, route.routes());
    return said.map(({ message, facts = [], notes = [] }) => `${message}: ${facts[0]![1]}; ${notes[0]}`);
  };
  return { ip, look, left, collisions };
};

// Red without: the name of the bridge, LOCAL or `shortestRoute` in collisions.ts.
asRoot('own routes and addresses, and halves of the Internet, are no collisions', (t) => {
  const { ip, look } = open(t);
  for (const half of ['0.0.0.0/1', '128.0.0.0/1', '8000::/1']) ip(`route add ${half} dev tun0`);
  ip('route add 10.5.32.0/20 dev tun0');
  t.deepEqual(look(), []);
});

// Red without: `told`.
asRoot('routes of others to addresses of a network are told, once for as long as they are there', (t) => {
  const { ip, look } = open(t);
  const said =
    'this machine has a route by now that overlaps 10.5.16.0/20 of the network `default`: 10.5.17.0/24 dev tun0; this machine no longer reaches containers with such an address, nor do their published ports';
  for (const _ of [1, 2]) {
    ip('route add 10.5.17.0/24 dev tun0');
    t.deepEqual(look(), [said]);
    t.deepEqual(look(), []);
    ip('route del 10.5.17.0/24');
    t.deepEqual(look(), []);
  }
  for (const route of ['10.0.0.0/8 dev tun0', 'fd00:1::/48 dev tun0', 'blackhole 10.6.7.0/24'])
    ip(`route add ${route}`);
  t.deepEqual(
    look().map((line) => line.slice(line.indexOf('overlaps'))),
    [
      'overlaps 10.5.16.0/20 of the network `default`: 10.0.0.0/8 dev tun0; other machines with an address of 10.5.16.0/20 are not reached from here',
      'overlaps 10.6.0.0/16 of the network `back`: 10.0.0.0/8 dev tun0; other machines with an address of 10.6.0.0/16 are not reached from here',
      'overlaps 10.6.0.0/16 of the network `back`: 10.6.7.0/24; this machine no longer reaches containers with such an address, nor do their published ports',
      'overlaps fd00:1::/64 of the network `default`: fd00:1::/48 dev tun0; other machines with an address of fd00:1::/64 are not reached from here',
    ],
  );
});

asRoot('after a change of routes they are left for the next command', async (t) => {
  const { ip, look, left, collisions } = open(t);
  ip('route add 10.5.17.0/24 dev tun0');
  collisions.changed(NETWORKS);
  collisions.changed(NETWORKS);
  await until(() => left.length > 0);
  t.is(left.length, 1);
  t.deepEqual(look(), []);
});
