import { execFileSync } from 'node:child_process';
import { closeSync } from 'node:fs';
import test from 'ava';
import { openNetfilter } from '../../../src/engine/networks/netfilter.ts';
import {
  openNetfilterSocket,
  receiveDatagram,
  sendDatagram,
} from '../../../src/kernel/ffi/netlink/netfilter-socket.ts';
import { type Answer, parseAnswers } from '../../../src/kernel/netlink/answer.ts';
import { conntrackDelete, conntrackDeletes, conntrackDump } from '../../../src/kernel/netlink/conntrack.ts';
import { inOwnNetwork } from './own-network.ts';

const asRoot = process.geteuid?.() === 0 ? test.serial : test.serial.skip;

const conntrack = (...words: readonly string[]): string =>
  execFileSync('conntrack', [...words], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

const begin = (protocol: string, port: number, source: string): string =>
  conntrack(
    ...['-I', '-p', protocol, '-t', '60', '-s', source, '-d', '198.51.100.1'],
    ...['--sport', '4000', '--dport', String(port)],
    ...(protocol === 'tcp' ? ['--state', 'ESTABLISHED'] : []),
  );

// Red without: the ports in the filter of the message, or those in `conntrackDeletes`.
for (const ports of [[53], [53, ...Array.from({ length: 30 }, (_, index) => 100 + index)]])
  asRoot(
    `the connections to ports of one protocol are forgotten, those of every client: ${ports.length}`,
    (t) => {
      inOwnNetwork(t);
      const netfilter = openNetfilter();
      t.teardown(netfilter.close);
      begin('udp', 53, '198.51.100.9');
      begin('udp', 53, '203.0.113.9');
      begin('udp', 54, '198.51.100.9');
      begin('tcp', 53, '198.51.100.9');
      netfilter.forget({ version: 'ip', protocol: 'udp', ports });
      const left = conntrack('-L').split('\n').filter(Boolean);
      t.is(left.length, 2, left.join('\n'));
      t.true(left.every((line) => !/udp.*dport=53 /.test(line)));
    },
  );

// Before Linux 5.8, the kernel lists the entries of all protocols. Red without: the protocol in `conntrackDeletes`.
asRoot('of a list of more entries than were asked for only those that were are removed', (t) => {
  inOwnNetwork(t);
  const netfilter = openNetfilter();
  t.teardown(netfilter.close);
  begin('tcp', 53, '198.51.100.9');
  begin('tcp', 54, '198.51.100.9');
  const socket = openNetfilterSocket();
  t.teardown(() => closeSync(socket));
  sendDatagram(socket, conntrackDump({ version: 'ip', protocol: 'tcp' }).bytes);
  const answers: Answer[] = [];
  for (let part = receiveDatagram(socket); part; part = receiveDatagram(socket))
    answers.push(...parseAnswers(part));
  const deletesOf = (protocol: 'tcp' | 'udp') =>
    conntrackDeletes({ version: 'ip', protocol, ports: [53] }, answers).length;
  t.deepEqual([deletesOf('tcp'), deletesOf('udp')], [1, 0]);
});

test('the request is one small message', (t) => {
  const { bytes, text } = conntrackDelete({ version: 'ip', protocol: 'udp', port: 5353 });
  t.is(text, 'conntrack -D -f ipv4 -p udp --orig-port-dst 5353');
  t.is(
    Buffer.from(bytes).toString('hex'),
    [
      '40000000 0201 0500 00000000 00000000', // 64 bytes, IPCTNL_MSG_CT_DELETE, REQUEST|ACK
      '02 00 0000',
      '1800 0180 1400 0280 0500 0100 11 000000 0600 0300 14e9 0000', // of the original direction: UDP, 5353
      '1400 1980 0800 0100 28000000 0800 0200 00000000', // which of these count
    ]
      .join('')
      .replaceAll(' ', ''),
  );
});
