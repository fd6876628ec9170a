import test, { type ExecutionContext } from 'ava';
import type { Mapping } from '../../../../src/engine/networks/filter/mapping.ts';
import type { FilteredNetwork } from '../../../../src/engine/networks/filter/ruleset.ts';
import { openTable } from '../../../../src/engine/networks/filter/table.ts';
import { openNetfilter } from '../../../../src/engine/networks/netfilter.ts';
import { inOwnNetwork, listing, nft } from '../own-network.ts';

const asRoot = process.geteuid?.() === 0 ? test.serial : test.serial.skip;

const NETWORK: FilteredNetwork = {
  key: 'default',
  bridge: 'tscA',
  blocks: ['172.30.0.0/20'],
  internal: false,
  masquerade: true,
  icc: true,
};
const WEB: Mapping = { protocol: 'tcp', hostPort: 8080, address: '172.30.0.2', port: 80 };
const DNS: Mapping = { protocol: 'udp', hostPort: 53, address: '172.30.0.3', port: 53 };

const open = (t: ExecutionContext) => {
  const netfilter = openNetfilter();
  t.teardown(netfilter.close);
  return { netfilter, table: openTable(netfilter, 'demo') };
};

/** The elements of the map of ports on every address. */
const published = (): string => /map any4 {[^}]*elements = {([^}]*)}/.exec(listing())?.[1]?.trim() ?? '';

asRoot('ports come and go, one element each', (t) => {
  inOwnNetwork(t);
  const { table } = open(t);
  t.is(table.ensure([NETWORK]), undefined);
  table.publish([WEB]);
  t.is(published(), 'tcp . 8080 : 172.30.0.2 . 80');
  table.unpublish([{ ...WEB, address: '172.30.0.9' }]);
  t.is(published(), 'tcp . 8080 : 172.30.0.2 . 80', 'the port belongs to another container by now');
  table.publish([{ ...WEB, address: '172.30.0.4' }]);
  t.is(published(), 'tcp . 8080 : 172.30.0.4 . 80');
  table.unpublish([{ ...WEB, address: '172.30.0.4' }]);
  t.is(published(), '');
});

asRoot('an IPv6 address of the host never becomes every IPv4 address', (t) => {
  inOwnNetwork(t);
  const { table } = open(t);
  table.ensure([NETWORK]);
  table.publish([{ ...WEB, hostIp: '::' }]);
  t.is(published(), '');
});

asRoot('a port that led elsewhere before is told, and one of UDP that may have', (t) => {
  inOwnNetwork(t);
  const { table } = open(t);
  table.ensure([NETWORK]);
  t.deepEqual(table.publish([WEB, DNS]), [DNS]);
  table.unpublish([WEB, DNS]);
  t.deepEqual(table.publish([WEB, DNS]), []);
  table.unpublish([WEB]);
  const moved = { ...WEB, address: '172.30.0.7' };
  t.deepEqual(table.publish([moved]), [moved]);
});

asRoot('the table outlives its supervisor, and the next one replaces it with all ports at once', (t) => {
  inOwnNetwork(t);
  const first = open(t);
  first.table.ensure([NETWORK]);
  first.table.publish([WEB]);
  nft('flush ruleset');
  t.is(published(), 'tcp . 8080 : 172.30.0.2 . 80', 'nobody else can flush it');
  first.netfilter.close();
  t.is(published(), 'tcp . 8080 : 172.30.0.2 . 80');
  const second = open(t);
  second.table.publish([WEB, DNS]);
  t.is(second.table.ensure([NETWORK]), undefined);
  t.is(published().replaceAll(/\s+/g, ' '), 'udp . 53 : 172.30.0.3 . 53, tcp . 8080 : 172.30.0.2 . 80');
  // Red without: the removal of the earlier table in the same transaction.
  t.is(listing().match(/masquerade/g)?.length, 2);
  second.table.remove();
  t.is(listing(), '');
});

asRoot('networks change without a moment without rules, and a table that is gone comes back', (t) => {
  inOwnNetwork(t);
  const { table, netfilter } = open(t);
  table.ensure([NETWORK]);
  table.publish([WEB]);
  const other: FilteredNetwork = { ...NETWORK, key: 'other', bridge: 'tscB', blocks: ['172.30.16.0/20'] };
  t.is(table.ensure([NETWORK, other]), undefined);
  t.regex(listing(), /chain to-other/);
  t.is(published(), 'tcp . 8080 : 172.30.0.2 . 80');
  netfilter.close();
  nft('delete table inet tscompose-demo');
  t.is(table.ensure([NETWORK, other]), undefined);
  t.is(published(), 'tcp . 8080 : 172.30.0.2 . 80');
  netfilter.close();
  nft('delete table inet tscompose-demo');
  table.publish([DNS]);
  t.regex(published(), /udp . 53/);
});

asRoot('interfaces are guarded and released', (t) => {
  inOwnNetwork(t);
  const { table } = open(t);
  const opened = (): string => /set opened4 {[^}]*elements = {([^}]*)}/.exec(listing())?.[1]?.trim() ?? '';
  table.guard(4, ['up0']);
  table.ensure([NETWORK]);
  t.is(opened(), '"up0"');
  table.guard(4, ['up0', 'wg0']);
  t.regex(opened(), /"wg0"/);
  table.guard(4, []);
  t.is(opened(), '');
});
