import { once } from 'node:events';
import { createServer } from 'node:net';
import test from 'ava';
import { errnoNumber } from '../../../../src/kernel/program/errno.ts';
import { client, fate, ownAddress, served, text, withRelay } from './with-relay.ts';

/** Binds with SO_REUSEADDR, as libuv and most servers do; returns the code of the error. */
const listen = async (address: string, port: number): Promise<string | undefined> => {
  const server = createServer();
  server.listen(port, address);
  try {
    await once(server, 'listening');
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  } finally {
    server.close();
  }
};

// Red without: SO_REUSEADDR being off after the bind(2) of `reserve`.
test.serial(
  'a reserved port refuses connections and other programs; a released one is free [kernel]',
  async (t) => {
    await withRelay(async ({ relay, later }) => {
      const socket = { protocol: 'tcp', address: ownAddress(), port: 8080 } as const;
      t.deepEqual(await relay.reserve([socket, socket]), []);
      t.is(await fate(client(socket, later)), 'ECONNREFUSED');
      t.is(await listen(socket.address, 8080), 'EADDRINUSE');
      t.deepEqual(await relay.reserve([socket]), []);
      await relay.release([socket]);
      t.is(await listen(socket.address, 8080), undefined);
    });
  },
);

// Red without: the same.
test.serial('two relays cannot reserve the same port [kernel]', async (t) => {
  await withRelay(async ({ relay }) => {
    const socket = { protocol: 'tcp', address: ownAddress(), port: 8080 } as const;
    t.deepEqual(await relay.reserve([socket]), []);
    await withRelay(async ({ relay: other }) => {
      t.deepEqual(await other.reserve([socket]), [{ ...socket, errno: errnoNumber('EADDRINUSE') }]);
    });
  });
});

test.serial('refused sockets are told with their errno, and the others are reserved [kernel]', async (t) => {
  await withRelay(async ({ relay, target }) => {
    const { address, port } = await target(() => {});
    const [taken, foreign] = [
      { protocol: 'tcp', address, port },
      { protocol: 'udp', address: '192.0.2.1', port: 8080 },
    ] as const;
    const free = { protocol: 'udp', address: ownAddress(), port: 8080 } as const;
    t.deepEqual(await relay.reserve([taken, free, foreign]), [
      { ...taken, errno: errnoNumber('EADDRINUSE') },
      { ...foreign, errno: errnoNumber('EADDRNOTAVAIL') },
    ]);
  });
});

// Red without: SO_REUSEADDR in `reserve`, or on the listener in `open`.
test.serial(
  'connections of before in TIME_WAIT do not keep the next relay from the port [kernel]',
  async (t) => {
    const address = ownAddress();
    const socket = { protocol: 'tcp', address, port: 8080 } as const;
    for (const round of [1, 2])
      await withRelay(async (harness) => {
        const { target, pid } = await served(harness, (connection) => {
          connection.end(`round ${round}`);
        }).then(({ target: to, container }) => ({ target: to, pid: container.pid }));
        t.deepEqual(await harness.relay.open([{ ...socket, to: target }], pid), []);
        // The side of the server ends first.
        t.is(await text(client(socket, harness.later)), `round ${round}`);
      });
  },
);

// Red without: IPV6_V6ONLY in `reserve`.
test.serial('all addresses of IPv4 and of IPv6 are two sockets of one port [kernel]', async (t) => {
  await withRelay(async ({ relay }) => {
    const port = 20000 + (process.pid % 10000);
    t.deepEqual(
      await relay.reserve([
        { protocol: 'udp', address: '0.0.0.0', port },
        { protocol: 'udp', address: '::', port },
      ]),
      [],
    );
  });
});
