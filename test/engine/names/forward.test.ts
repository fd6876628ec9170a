import { execFileSync } from 'node:child_process';
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import * as dns from 'dns-packet';
import { askByDatagram } from '../../../src/engine/names/ask-by-datagram.ts';
import { hostServers, serversOf } from '../../../src/engine/names/host-servers.ts';
import { isAnswer } from '../../../src/engine/names/is-answer.ts';
import { type Query, readQuery } from '../../../src/engine/names/query.ts';
import { Readiness } from '../../../src/kernel/ffi/readiness.ts';
import { openConnected } from '../../../src/kernel/ffi/sockets.ts';

const query = (name = 'outside.test', id = 7): Query =>
  readQuery(dns.encode({ type: 'query', id, questions: [{ type: 'A', name }] })) as Query;

const reply = (name = 'outside.test', id = 7): Buffer =>
  dns.encode({
    type: 'response',
    id,
    questions: [{ type: 'A', name }],
    answers: [{ type: 'A', name, data: '10.9.8.7' }],
  });

// Red without: each of the conditions of `isAnswer`.
test('an answer has the number and the question of the query', (t) => {
  t.true(isAnswer(query(), reply()));
  t.true(isAnswer(query(), reply('OutSide.test')));
  t.false(isAnswer(query(), reply('outside.test', 8)));
  t.false(isAnswer(query(), reply('inside.test')));
  t.false(isAnswer(query(), query().message));
  t.false(isAnswer(query(), reply().subarray(0, 11)));
  t.false(isAnswer(query(), dns.encode({ type: 'response', id: 7, questions: [] })));
  // FORMERR of a server that could not read the question.
  t.true(isAnswer(query(), dns.encode({ type: 'response', id: 7, flags: 1, questions: [] })));
});

const bound = async (): Promise<Socket> => {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
};

// Red without: `connect` in kernel/ffi/sockets.ts, or `isAnswer` in ask-by-datagram.ts.
test('only the server that was asked can answer, and only what was asked', async (t) => {
  const [server, other] = await Promise.all([bound(), bound()]);
  const readiness = new Readiness();
  try {
    const socket = openConnected('udp', { address: '127.0.0.1', port: server.address().port });
    const answered = askByDatagram(readiness, socket, query(), 5000);
    const [, asker] = (await once(server, 'message')) as [Buffer, RemoteInfo];
    const forged = dns.encode({
      ...dns.decode(reply()),
      answers: [{ type: 'A', name: 'outside.test', data: '6.6.6.6' }],
    });
    other.send(forged, asker.port, asker.address);
    server.send(reply('outside.test', 8), asker.port, asker.address);
    server.send('x', asker.port, asker.address);
    server.send(reply(), asker.port, asker.address);
    t.deepEqual(await answered, reply());
  } finally {
    server.close();
    other.close();
    readiness.close();
  }
});

test('a server that refuses is known at once, and one that is silent after the given time', async (t) => {
  const server = await bound();
  const { port } = server.address();
  const readiness = new Readiness();
  try {
    const silent = openConnected('udp', { address: '127.0.0.1', port });
    t.is(await askByDatagram(readiness, silent, query(), 50), undefined);
    server.close();
    await once(server, 'close');
    const refusing = openConnected('udp', { address: '127.0.0.1', port });
    const begin = performance.now();
    t.is(await askByDatagram(readiness, refusing, query(), 20_000), undefined);
    t.true(performance.now() - begin < 10_000);
  } finally {
    readiness.close();
  }
});

test('the servers of resolv.conf: three at most, without one it is the host', (t) => {
  const addresses = (text: string) => serversOf(text).map(({ address }) => address);
  t.deepEqual(addresses(''), ['127.0.0.1']);
  t.deepEqual(
    addresses('#nameserver 9.9.9.9\nnameserver  1.1.1.1 # one\nnameserver\tfd00::1\nnameserver web\n'),
    ['1.1.1.1', 'fd00::1'],
  );
  t.is(addresses('nameserver 1.1.1.1\n'.repeat(5)).length, 3);
  t.deepEqual(serversOf('nameserver fe80::1%7'), [{ address: 'fe80::1', port: 53, scope: 7 }]);
  t.deepEqual(addresses('nameserver fe80::1%none'), ['127.0.0.1']);
});

// Red without: the version in `hostServers`, or `catch` or `isFile` in versionOf.
test('a file that is changed or replaced is read again', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'tscompose-resolv-'));
  try {
    const path = join(directory, 'resolv.conf');
    const servers = hostServers(path);
    const write = (to: string, address: string) => writeFileSync(to, `nameserver ${address}\n`);
    const first = () => servers()[0]!.address;
    t.is(first(), '127.0.0.1');
    write(path, '1.1.1.1');
    t.is(first(), '1.1.1.1');
    t.is(servers(), servers());
    write(`${path}.new`, '2.2.2.2');
    renameSync(`${path}.new`, path);
    t.is(first(), '2.2.2.2');
    rmSync(path);
    symlinkSync(path, path);
    t.is(first(), '127.0.0.1', 'a link to itself');
    rmSync(path);
    execFileSync('mkfifo', [path]);
    t.is(first(), '127.0.0.1', 'a pipe that nobody writes to');
  } finally {
    rmSync(directory, { recursive: true });
  }
});
