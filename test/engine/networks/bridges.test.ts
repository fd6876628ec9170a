import test from 'ava';
import type { Context } from '../../../src/engine/context/context.ts';
import { aliasOf } from '../../../src/engine/networks/bridge-steps.ts';
import { ensureBridge } from '../../../src/engine/networks/bridges.ts';
import { MACHINE } from '../../../src/engine/networks/machine/paths.ts';
import { openRoute, type Route } from '../../../src/engine/networks/rtnetlink.ts';
import type { NetworkRecord, ProjectRecord } from '../../../src/engine/record/project-record.ts';
import { linkAddBridge } from '../../../src/kernel/netlink/link.ts';
import { readNetworkName } from '../../../src/project/scalars/network/network-name.ts';
import { inOwnNetwork } from './own-network.ts';

const network: NetworkRecord = {
  key: 'edge',
  name: 'edge',
  hash: '',
  bridge: 'tsc-edge',
  subnet: '10.1.0.0/24',
  gateway: '10.1.0.1',
};

/** A project whose first look for a bridge was just before another program made it. */
const tooLate = (): Pick<Context, 'bridges' | 'filter' | 'record' | 'route'> => {
  const real = openRoute();
  let looks = 0;
  const route: Route = { ...real, link: (name) => (looks++ === 0 ? undefined : real.link(name)) };
  const filter = { ensure: () => {}, open: () => {} } as unknown as Context['filter'];
  return { bridges: new Map(), filter, route, record: { name: 'one', networks: {} } as ProjectRecord };
};

// Red without: `theirs` in `createBridge`; the bridge of the other project was removed then.
test.serial('two projects make the bridge of their common network at once [kernel]', (t) => {
  inOwnNetwork(t);
  const route = openRoute();
  t.is(route.request(linkAddBridge({ name: 'tsc-edge', mac: '02:42:00:00:00:01' })), 0);
  const { index } = route.link('tsc-edge')!;
  const context = tooLate();
  ensureBridge(context, { ...network, external: true });
  t.is(context.bridges.get('edge'), index);
  t.is(route.link('tsc-edge')?.index, index);
});

// Red without: the error of `added` in `createBridge`, as `must` removes the bridge.
test.serial(
  'an interface that somebody else makes meanwhile with the name of a bridge stays [kernel]',
  (t) => {
    inOwnNetwork(t);
    const route = openRoute();
    t.is(route.request(linkAddBridge({ name: 'tsc-edge', mac: '02:42:00:00:00:01' })), 0);
    const { index } = route.link('tsc-edge')!;
    t.throws(() => ensureBridge(tooLate(), network), { message: /edge could not be created/ });
    t.is(route.link('tsc-edge')?.index, index);
  },
);

// Red without: the length of the alias in LONGEST; the bridge of a longer name was refused in the middle of `up`.
test('the name of a network can be in the alias of its bridge', (t) => {
  const longest = 'n'.repeat(235);
  t.deepEqual(readNetworkName(longest), { value: longest });
  // IFALIASZ of Linux is 256, with the zero at the end.
  t.is(aliasOf(MACHINE, longest).length, 255);
  t.true('flaw' in readNetworkName(`${longest}n`));
});
