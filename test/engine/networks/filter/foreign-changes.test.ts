import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import type { Diagnostic } from '../../../../src/base/diagnostic.ts';
import { openFilter } from '../../../../src/engine/networks/filter/filter.ts';
import type { FilteredNetwork } from '../../../../src/engine/networks/filter/ruleset.ts';
import { type Netfilter, openNetfilter } from '../../../../src/engine/networks/netfilter.ts';
import { openRoute } from '../../../../src/engine/networks/rtnetlink.ts';
import { Readiness } from '../../../../src/kernel/ffi/readiness.ts';
import { until } from '../../ports/relay/with-relay.ts';
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

/** A filter with one network, and what it commits. Tables have no owner, as before Linux 6.9. */
const open = (t: ExecutionContext) => {
  inOwnNetwork(t);
  const opened = mkdtempSync(join(tmpdir(), 'tscompose-opened-'));
  const readiness = new Readiness();
  const own = openNetfilter();
  const committed: string[] = [];
  const netfilter: Netfilter = {
    ...own,
    commit: (messages) => {
      if (messages.some(({ text }) => text.includes('flags owner'))) return { errno: EOPNOTSUPP };
      committed.push(messages.map(({ text }) => text).join('\n'));
      return own.commit(messages);
    },
  };
  const notices: Diagnostic[] = [];
  const notice = (diagnostic: Diagnostic): void => void notices.push(diagnostic);
  const parts = { opened, route: openRoute(), readiness, notice, leave: notice, netfilter };
  const filter = openFilter({ project: 'demo', ...parts });
  t.teardown(() => {
    filter.remove();
    readiness.close();
    rmSync(opened, { recursive: true, force: true });
  });
  filter.ensure([NETWORK]);
  return { filter, committed, notices };
};

const EOPNOTSUPP = 95;

// Red without: `table.ensure` in the listener.
asRoot('a table that somebody flushes comes back at once, with its ports', async (t) => {
  const { filter, committed } = open(t);
  filter.publish([{ protocol: 'tcp', hostPort: 8080, address: '172.30.0.2', port: 80 }]);
  const before = listing();
  t.regex(before, /8080/);
  nft('flush ruleset');
  await until(() => listing() === before);
  const count = committed.length;
  nft('flush ruleset');
  await until(() => listing() === before);
  t.is(committed.length, count + 1);
  filter.remove();
  await setTimeout(50);
  t.is(listing(), '', 'what the project removes itself stays away');
});

// Red without: `SHORTEST_PAUSE`.
asRoot('somebody who removes it each time does not keep the supervisor busy', async (t) => {
  const { committed } = open(t);
  const count = committed.length;
  const other = openNetfilter();
  t.teardown(other.close);
  const begin = performance.now();
  for (const end = begin + 500; performance.now() < end; await setTimeout(5))
    if (listing() !== '') nft('flush ruleset');
  // At once, and after each pause of a second; on a busy machine nft takes long.
  const allowed = 2 + Math.floor((performance.now() - begin) / 1000);
  t.true(committed.length - count <= allowed, `${committed.length - count}`);
});

// Red without: `foreign.reopen` in the listener.
asRoot('Docker that starts later gets the two rules in its chain', async (t) => {
  const { committed, notices } = open(t);
  const iptables = (...words: readonly string[]): string =>
    execFileSync('iptables-nft', [...words], { encoding: 'utf8' });
  iptables('-N', 'DOCKER-USER');
  iptables('-A', 'FORWARD', '-j', 'DOCKER-USER');
  iptables('-P', 'FORWARD', 'DROP');
  await until(() => iptables('-S', 'DOCKER-USER').includes('-i tsc+ -j ACCEPT'));
  const count = committed.length;
  iptables('-N', 'OTHER');
  await setTimeout(50);
  t.is(committed.length, count, 'nothing is done twice');
  t.deepEqual(
    notices.map(({ code }) => code),
    ['foreign-firewall'],
  );
});
