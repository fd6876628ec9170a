import { execFileSync } from 'node:child_process';
import test, { type ExecutionContext } from 'ava';
import {
  closeDocker,
  firewallInTheWay,
  foreignFirewalls,
  openDocker,
} from '../../../../src/engine/networks/filter/foreign.ts';
import { openNetfilter } from '../../../../src/engine/networks/netfilter.ts';
import { inOwnNetwork, listing, nft } from '../own-network.ts';

const asRoot = process.geteuid?.() === 0 ? test.serial : test.serial.skip;

const open = (t: ExecutionContext) => {
  inOwnNetwork(t);
  const netfilter = openNetfilter();
  t.teardown(netfilter.close);
  return netfilter;
};

const iptables = (...words: readonly string[]): string =>
  execFileSync('iptables-nft', [...words], { encoding: 'utf8' });

asRoot('Docker’s chain gets what iptables-nft writes, and loses it again', (t) => {
  const netfilter = open(t);
  iptables('-P', 'FORWARD', 'DROP');
  iptables('-N', 'DOCKER-USER');
  iptables('-A', 'FORWARD', '-j', 'DOCKER-USER');
  iptables('-A', 'DOCKER-USER', '-j', 'RETURN');
  const before = listing();
  const [found, ...more] = foreignFirewalls(netfilter);
  t.like(found, { chain: 'FORWARD', kind: 'docker', isOpen: false });
  t.deepEqual(more, []);
  t.true(openDocker(netfilter, found!.table));
  const [ours, texts] = [listing(), iptables('-S')];
  t.true(foreignFirewalls(netfilter)[0]!.isOpen);
  closeDocker(netfilter, found!.table);
  t.is(listing(), before);
  iptables('-I', 'DOCKER-USER', '-i', 'tsc+', '-j', 'ACCEPT');
  iptables('-I', 'DOCKER-USER', '-o', 'tsc+', '-j', 'ACCEPT');
  t.is(ours, listing());
  t.is(texts, iptables('-S'));
  t.true(foreignFirewalls(netfilter)[0]!.isOpen, 'rules of the user are found too');
});

asRoot('firewalls of others are found by their policy or by their last rule', (t) => {
  const netfilter = open(t);
  nft(`table inet mine {
  chain forward { type filter hook forward priority 0; policy drop; }
}
table inet firewalld {
  chain filter_FORWARD {
    type filter hook forward priority 10; policy accept;
    ct state established accept
    counter reject
  }
}
table inet harmless {
  chain forward { type filter hook forward priority 0; policy accept; ct state invalid drop; }
  chain input { type filter hook input priority 0; policy drop; }
}`);
  const found = foreignFirewalls(netfilter);
  t.deepEqual(
    found.map(({ table, kind }) => [table.name, kind]),
    [
      ['mine', 'other'],
      ['firewalld', 'firewalld'],
    ],
  );
  const { help = '' } = firewallInTheWay(found[0]!);
  t.regex(help, /nft insert rule inet mine forward iifname "tsc\*" accept/);
  // The two rules of the message are what is looked for.
  for (const [, command] of help.matchAll(/`nft ([^`]*)`/g)) nft(command!);
  t.deepEqual(
    foreignFirewalls(netfilter).map(({ isOpen }) => isOpen),
    [true, false],
  );
});
