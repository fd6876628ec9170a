import test from 'ava';
import type { Mapping } from '../../../../src/engine/networks/filter/mapping.ts';
import {
  type FilteredNetwork,
  rulesetMessages,
  tableOf,
} from '../../../../src/engine/networks/filter/ruleset.ts';
import { openNetfilter } from '../../../../src/engine/networks/netfilter.ts';
import { tableAdd } from '../../../../src/kernel/netlink/nft/table.ts';
import { inOwnNetwork, listing, nft } from '../own-network.ts';

const asRoot = process.geteuid?.() === 0 ? test.serial : test.serial.skip;

const TABLE = tableOf('demo');

const NETWORKS: readonly FilteredNetwork[] = [
  {
    key: 'default',
    bridge: 'tscA',
    blocks: ['172.30.0.0/20', 'fd11:22:33:a::/64'],
    internal: false,
    masquerade: true,
    icc: true,
  },
  // The next block after the one before: the end of one is the start of the other.
  {
    key: '1st.back_end',
    bridge: 'tscB',
    blocks: ['172.30.16.0/20'],
    internal: true,
    masquerade: true,
    icc: true,
  },
  {
    key: 'quiet',
    bridge: 'br-quiet',
    blocks: ['10.1.2.0/24'],
    internal: false,
    masquerade: false,
    icc: false,
  },
];

const MAPPINGS: readonly Mapping[] = [
  { protocol: 'tcp', hostPort: 8080, address: '172.30.0.2', port: 80 },
  { protocol: 'udp', hostIp: '0.0.0.0', hostPort: 5353, address: '172.30.0.3', port: 53 },
  { protocol: 'tcp', hostIp: '198.51.100.1', hostPort: 8081, address: '172.30.0.2', port: 81 },
  { protocol: 'sctp', hostPort: 9, address: 'fd11:22:33:a::2', port: 99 },
  { protocol: 'tcp', hostIp: '2001:db8::1', hostPort: 8080, address: 'fd11:22:33:a::2', port: 80 },
];

asRoot('the table is what nft makes of the text of the same messages', (t) => {
  const messages = [
    tableAdd(TABLE),
    ...rulesetMessages(TABLE, {
      networks: NETWORKS,
      mappings: MAPPINGS,
      opened: { 4: ['up0', 'wg0'], 6: ['up0'] },
    }),
  ];
  inOwnNetwork(t);
  const filter = openNetfilter();
  t.teardown(filter.close);
  t.is(filter.commit(messages), undefined);
  const ours = listing();
  nft('flush ruleset');
  // nft puts the elements of a new interval map before the chains that they jump to, so they come in a second file.
  const isElement = (text: string): boolean => text.startsWith('add element');
  const texts = messages.map(({ text }) => text);
  nft(texts.filter((text) => !isElement(text)).join('\n'));
  nft(texts.filter(isElement).join('\n'));
  t.is(ours, listing());
  t.regex(ours, /iifname @opened4 oifgroup != 1946157056\/8 drop/);
});
