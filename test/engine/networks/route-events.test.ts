import { execFileSync } from 'node:child_process';
import { closeSync } from 'node:fs';
import test from 'ava';
import { addressOf, syscall } from '../../../src/kernel/ffi/libc.ts';
import { openRouteEvents, takeEvents } from '../../../src/kernel/ffi/netlink/route-events.ts';
import { until } from '../ports/relay/with-relay.ts';
import { inOwnNetwork } from './own-network.ts';

const asRoot = process.geteuid?.() === 0 ? test.serial : test.serial.skip;
const RECVFROM = process.arch === 'arm64' ? 207 : 45;
const MSG_PEEK_DONTWAIT = 0x2 | 0x40;

asRoot(
  'new addresses, routes of programs and the setting of the whole host are told, and what every new link does is not',
  async (t) => {
    inOwnNetwork(t);
    // A new namespace may take the settings of the machine over.
    for (const name of ['ipv4.ip_forward', 'ipv6.conf.all.forwarding'])
      execFileSync('sysctl', ['-qw', `net.${name}=0`]);
    const events = openRouteEvents();
    t.teardown(() => closeSync(events));
    const isTold = (...words: readonly string[]): boolean => {
      execFileSync(words[0]!, words.slice(1));
      const bytes = Buffer.alloc(16);
      const isThere = syscall(RECVFROM, [events, addressOf(bytes), 16, MSG_PEEK_DONTWAIT, 0, 0]) > 0;
      takeEvents(events);
      return isThere;
    };
    const address = (value: string) => ['ip', 'addr', 'add', value, 'dev', 'one', 'nodad'];
    t.false(isTold('ip', 'link', 'add', 'one', 'type', 'veth', 'peer', 'name', 'two'));
    t.false(isTold('ip', 'link', 'set', 'two', 'up'));
    t.false(isTold('ip', 'link', 'set', 'one', 'up'));
    t.false(isTold(...address('fe80::5/64')));
    // The kernel tells of it a moment later.
    if (!isTold(...address('fd00::5/64'))) await until(() => isTold('true'));
    t.true(isTold(...address('10.9.8.1/24')));
    t.true(isTold('ip', 'addr', 'add', '169.254.7.1/16', 'dev', 'one', 'scope', 'link'));
    t.true(isTold('ip', 'route', 'add', '10.77.0.0/16', 'dev', 'one'));
    t.true(isTold('ip', 'route', 'add', 'fd77::/64', 'dev', 'one'));
    t.true(isTold('sysctl', '-qw', 'net.ipv4.ip_forward=1'));
    t.true(isTold('sysctl', '-qw', 'net.ipv6.conf.all.forwarding=1'));
  },
);
