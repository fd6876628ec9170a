import { closeSync, openSync } from 'node:fs';
import test from 'ava';
import { openRoute, type RouteSocket, routeOver } from '../../../src/engine/networks/rtnetlink.ts';
import {
  openRouteSocket,
  receiveMessage,
  sendMessage,
} from '../../../src/kernel/ffi/netlink/route-socket.ts';
import { execute } from '../../../src/kernel/launch/execute.ts';
import { linkAddBridge, linkDel } from '../../../src/kernel/netlink/link.ts';
import { call } from '../../../src/kernel/program/program.ts';

// As Linux 6.18 answers.
const link = (name: string, sequence: number, flags = '0200'): string =>
  `27000000 1000 ${flags} ${little(sequence)} 00000000 00000000 01000000 01000000 00000000 0700 0300 ${name} 00 00`;
const done = (sequence: number, flags = '0200'): string =>
  `14000000 0300 ${flags} ${little(sequence)} 00000000 00000000`;
const verdict = (sequence: number, errno: string): string =>
  `24000000 0200 0001 ${little(sequence)} 00000000 ${errno} 20000000 1300 0500 05000000 00000000`;
const INTERRUPTED = '1200';

test('an answer to an earlier request is passed over', (t) => {
  const { socket, sent } = recorded(verdict(7, 'efffffff'), verdict(1, '00000000'));
  t.is(routeOver(socket).request(linkDel('tsc0')), 0);
  t.is(sent[0]?.subarray(8, 12).toString('hex'), '01000000');
});

test('each request has a sequence number of its own', (t) => {
  const { socket } = recorded(verdict(1, '00000000'), verdict(1, '00000000'), verdict(2, 'edffffff'));
  const route = routeOver(socket);
  t.deepEqual([route.request(linkDel('tsc0')), route.request(linkDel('tsc0'))], [0, 19]);
});

test('what is left of another dump is not taken for this one', (t) => {
  const { socket } = recorded(link('6f6c', 9) + done(9), link('6c6f', 1), done(1));
  t.deepEqual(
    routeOver(socket)
      .links()
      .map(({ name }) => name),
    ['lo'],
  );
});

for (const [where, first] of [
  ['in a message', link('6f6c', 1, INTERRUPTED) + done(1)],
  ['in the end of the dump', link('6f6c', 1) + done(1, INTERRUPTED)],
] as const)
  test(`a dump that is marked as interrupted ${where} is repeated`, (t) => {
    const { socket, sent } = recorded(first, link('6c6f', 2) + done(2));
    t.deepEqual(
      routeOver(socket)
        .links()
        .map(({ name }) => name),
      ['lo'],
    );
    t.is(sent.length, 2);
  });

test('a dump that is refused is an error, not an empty list', (t) => {
  const { socket } = recorded('14000000 0300 0200 01000000 00000000 f0ffffff');
  t.throws(() => routeOver(socket).links(), { message: /ip link show.*errno 16/ });
});

const asRoot = process.geteuid?.() === 0 ? test : test.skip;

asRoot('a link that goes while the links are read is not in the list', (t) => {
  // In a network namespace of this thread's own, so that the host stays as it is.
  const host = openSync('/proc/thread-self/ns/net', 'r');
  t.is(execute(call('unshare', 'CLONE_NEWNET')), 0);
  t.teardown(() => {
    execute(call('setns', host, 'CLONE_NEWNET'));
    closeSync(host);
  });
  const other = openRoute();
  const names = Array.from({ length: 40 }, (_, index) => `bridge${index}`);
  for (const name of names) t.is(other.request(linkAddBridge({ name, mac: MAC })), 0);
  const socket = openRouteSocket();
  let reads = 0;
  const route = routeOver({
    send: (bytes) => sendMessage(socket, bytes),
    receive: () => {
      const part = receiveMessage(socket);
      // By now the first bridge was listed, and more parts are to come.
      if (++reads === 2) t.is(other.request(linkDel('bridge0')), 0);
      return part;
    },
  });
  const found = route.links().map(({ name }) => name);
  t.deepEqual(found.toSorted(), ['lo', ...names.slice(1)].toSorted());
});

const MAC = '02:42:ac:12:00:01';

function little(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes.toString('hex');
}

/** A socket that answers with these datagrams, in hexadecimal. */
function recorded(...datagrams: readonly string[]): { socket: RouteSocket; sent: Buffer[] } {
  const sent: Buffer[] = [];
  const left = datagrams.map((text) => Buffer.from(text.replaceAll(' ', ''), 'hex'));
  const receive = (): Buffer => {
    const next = left.shift();
    if (!next) throw new Error('nothing more is said');
    return next;
  };
  return { sent, socket: { send: (bytes) => void sent.push(Buffer.from(bytes)), receive } };
}
