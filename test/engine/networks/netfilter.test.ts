import test from 'ava';
import { resolverPorts } from '../../../src/container/resolver-ports.ts';
import { openNetfilter } from '../../../src/engine/networks/netfilter.ts';
import {
  openNetfilterSocket,
  receiveDatagram,
  sendDatagram,
} from '../../../src/kernel/ffi/netlink/netfilter-socket.ts';
import { parseAnswers } from '../../../src/kernel/netlink/answer.ts';
import { chainAdd } from '../../../src/kernel/netlink/nft/chain.ts';
import type { Table } from '../../../src/kernel/netlink/nft/message.ts';
import { tableAdd, tableDelete } from '../../../src/kernel/netlink/nft/table.ts';
import { inOwnNetwork, listing, nft } from './own-network.ts';

const asRoot = process.geteuid?.() === 0 ? test.serial : test.serial.skip;
const TABLE: Table = { family: 'inet', name: 'tscompose-test' };

asRoot('the rewrite of the ports of a name server is what nft makes of its text', (t) => {
  const message = resolverPorts({ address: '127.0.0.11', bound: 47053, asked: 53 });
  inOwnNetwork(t);
  const socket = openNetfilterSocket();
  t.is(sendDatagram(socket, message.bytes), 0);
  t.deepEqual(
    parseAnswers(receiveDatagram(socket)!).map(({ kind }) => kind),
    ['ack'],
  );
  t.is(receiveDatagram(socket), undefined, 'one answer for the whole transaction');
  const ours = listing();
  t.regex(ours, /udp dport set 47053/);
  nft('flush ruleset');
  nft(message.text.replaceAll('; add', '\nadd'));
  t.is(ours, listing());
});

asRoot('a transaction that fails does nothing, and says which message the kernel refused', (t) => {
  inOwnNetwork(t);
  const filter = openNetfilter();
  t.teardown(filter.close);
  const other = { ...TABLE, name: 'another' };
  const refused = chainAdd(other, 'forward');
  t.deepEqual(filter.commit([tableAdd(TABLE), refused, chainAdd(TABLE, 'forward')]), {
    message: refused,
    errno: 2,
  });
  t.deepEqual(filter.tables(), []);
  t.is(filter.commit([tableAdd(TABLE), chainAdd(TABLE, 'forward')]), undefined);
  t.deepEqual(filter.tables(), [TABLE]);
  t.is(filter.commit([tableDelete(TABLE)]), undefined);
  t.deepEqual(filter.tables(), []);
});

asRoot('tables, base chains and rules of others are read', (t) => {
  inOwnNetwork(t);
  const filter = openNetfilter();
  t.teardown(filter.close);
  nft(`table ip filter {
  chain FORWARD { type filter hook forward priority 10; policy drop; jump DOCKER-USER; }
  chain DOCKER-USER { counter accept; }
}
table inet firewall {
  chain input { type filter hook input priority -5; policy accept; }
}`);
  t.deepEqual(filter.tables(), [
    { family: 'ip', name: 'filter' },
    { family: 'inet', name: 'firewall' },
  ]);
  t.deepEqual(
    filter.chains().map(({ name, base }) => ({ name, base })),
    [
      { name: 'FORWARD', base: { hook: 'forward', priority: 10, drops: true } },
      { name: 'DOCKER-USER', base: undefined },
      { name: 'input', base: { hook: 'input', priority: -5, drops: false } },
    ],
  );
  t.deepEqual(
    filter.rules({ family: 'ip', name: 'filter' }).map(({ chain }) => chain),
    ['FORWARD', 'DOCKER-USER'],
  );
});

asRoot('a transaction may have many messages', (t) => {
  inOwnNetwork(t);
  const filter = openNetfilter();
  t.teardown(filter.close);
  const chains = Array.from({ length: 5000 }, (_, index) => chainAdd(TABLE, `chain${index}`));
  t.is(filter.commit([tableAdd(TABLE), ...chains]), undefined);
  t.is(filter.chains().length, 5000);
});
