import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { startRelay } from '../../../../src/engine/ports/relay/start.ts';
import {
  descriptorsOf,
  type Harness,
  ownAddress,
  relaysOf,
  until,
  whileStopped,
  withRelay,
} from './with-relay.ts';

type Later = Harness['later'];

/** A UDP socket, bound to a port of an address of its own. */
const bound = async (later: Later, address = ownAddress(), port = 7000): Promise<Socket> => {
  const socket = createSocket('udp4');
  later(() => socket.close());
  socket.bind(port, address);
  await once(socket, 'listening');
  return socket;
};

/** A UDP client that gets the errors of its datagrams. */
const connected = async (later: Later, address: string, port = 8080): Promise<Socket> => {
  const socket = createSocket('udp4');
  later(() => socket.close());
  socket.connect(port, address);
  await once(socket, 'connect');
  return socket;
};

const ask = async (socket: Socket, question: string | Buffer): Promise<Buffer> => {
  const answer = once(socket, 'message');
  socket.send(question);
  return (await answer)[0];
};

/** Answers with the port of the sender, a space, and what was sent; `silent` gets no answer. */
const answering = async (
  later: Later,
): Promise<{ address: string; port: number; senders: Set<number>; readonly received: number }> => {
  const [address, senders] = [ownAddress(), new Set<number>()];
  let received = 0;
  const socket = await bound(later, address);
  socket.on('message', (message, { port, address: sender }) => {
    received++;
    senders.add(port);
    if (String(message) !== 'silent')
      socket.send(Buffer.concat([Buffer.from(`${port} `), message]), port, sender);
  });
  return {
    address,
    port: 7000,
    senders,
    get received() {
      return received;
    },
  };
};

test.serial('each client of a UDP port gets its own answers, from one socket each [kernel]', async (t) => {
  await withRelay(async ({ relay, later, container }) => {
    const [{ pid }, to] = [await container(), await answering(later)];
    const socket = { protocol: 'udp', address: ownAddress(), port: 8080 } as const;
    t.deepEqual(await relay.open([{ ...socket, to }], pid), []);
    const clients = await Promise.all(Array.from({ length: 50 }, () => connected(later, socket.address)));
    for (const round of [1, 2])
      await Promise.all(
        clients.map(async (one, index) => {
          const answer = String(await ask(one, `${round}.${index}`));
          t.is(answer.split(' ')[1], `${round}.${index}`);
        }),
      );
    t.is(to.senders.size, 50);
    const large = randomBytes(60_000);
    t.true((await ask(clients[0]!, large)).subarray(-large.length).equals(large));
    t.is(String(await ask(clients[0]!, '')).split(' ')[1], '');
  });
});

// Red without: `away` in `reserve`.
test.serial('a UDP port that is not open refuses, and keeps nothing for later [kernel]', async (t) => {
  await withRelay(async ({ relay, later, container }) => {
    const [{ pid }, to] = [await container(), await answering(later)];
    const socket = { protocol: 'udp', address: ownAddress(), port: 8080 } as const;
    await relay.reserve([socket]);
    const one = await connected(later, socket.address);
    const refusal = async (): Promise<string> => {
      const error = once(one, 'error');
      one.send('early');
      return (await error)[0].code;
    };
    t.is(await refusal(), 'ECONNREFUSED');
    await relay.open([{ ...socket, to }], pid);
    t.regex(String(await ask(one, 'now')), / now$/);
    await relay.close([socket]);
    t.is(await refusal(), 'ECONNREFUSED');
    await relay.open([{ ...socket, to }], pid);
    t.regex(String(await ask(one, 'again')), / again$/);
  });
});

// Red without: the loop with recvfrom(2) in `shut`.
test.serial('datagrams for a container that has ended do not reach the next one [kernel]', async (t) => {
  await withRelay(async ({ relay, later, container }) => {
    const [one, to, next] = [await container(), await answering(later), await answering(later)];
    const socket = { protocol: 'udp', address: ownAddress(), port: 8080 } as const;
    await relay.open([{ ...socket, to }], one.pid);
    const asking = await connected(later, socket.address);
    await ask(asking, 'first');
    const [process] = relaysOf(globalThis.process.pid) as [number];
    await whileStopped(process, async () => {
      // More than it takes from a socket at a time.
      for (let left = 100; left > 0; left--) asking.send('silent');
      await setTimeout(50);
      one.kill('SIGKILL');
      await once(one, 'exit');
    });
    await relay.open([{ ...socket, to: next }], (await container()).pid);
    await ask(asking, 'last');
    t.is(to.received, 33);
    t.is(next.received, 1);
  });
});

test.serial('a UDP target that was dead gets datagrams once it lives [kernel]', async (t) => {
  await withRelay(async ({ relay, later, container }) => {
    const { pid } = await container();
    const socket = { protocol: 'udp', address: ownAddress(), port: 8080 } as const;
    const address = ownAddress();
    await relay.open([{ ...socket, to: { address, port: 7000 } }], pid);
    const one = await connected(later, socket.address);
    one.send('lost');
    await setTimeout(100);
    const target = await bound(later, address);
    target.on('message', (message, { port, address: sender }) => target.send(message, port, sender));
    t.is(String(await ask(one, 'found')), 'found');
  });
});

// Red without: `forget` in `tick`; `set(client.idle('seen'), 0)` in `forward`.
test.serial('the socket of an idle UDP client is closed; one that is used stays [kernel]', async (t) => {
  // On a busy machine the one that is used may be held up for longer than it may be idle.
  for (const idle of [100, 400, 1600, 6400]) {
    const attempt = await t.try((tried) => closesIdleOnes(tried, idle));
    if (attempt.passed || idle === 6400) return attempt.commit();
    attempt.discard();
  }
});

const closesIdleOnes = (t: ExecutionContext, milliseconds: number): Promise<void> =>
  withRelay(async ({ paths, readiness, later, container }) => {
    const [{ pid: process }, to] = [await container(), await answering(later)];
    const relay = await startRelay(paths, readiness, milliseconds);
    later(() => relay.end());
    const socket = { protocol: 'udp', address: ownAddress(), port: 8080 } as const;
    const [reserved] = await relay.ask([{ call: 'reserve', socket }]);
    await relay.ask([{ call: 'open', descriptor: reserved!.result, target: to, pid: process }]);
    const before = descriptorsOf(relay.pid!);
    const clients = await Promise.all(Array.from({ length: 10 }, () => connected(later, socket.address)));
    const [used, ...idle] = clients as [Socket, ...Socket[]];
    const first = String(await ask(used, 'x'));
    await Promise.all(idle.map((one) => ask(one, 'x')));
    t.is(descriptorsOf(relay.pid!), before + 10);
    await until(() => {
      used.send('silent');
      return descriptorsOf(relay.pid!) === before + 1;
    });
    for (const end = performance.now() + 5 * milliseconds; performance.now() < end; await setTimeout(5))
      used.send('silent');
    t.is(String(await ask(used, 'x')), first);
    const port = to.senders.size;
    t.is(String(await ask(idle[0]!, 'y')).split(' ')[1], 'y');
    t.is(to.senders.size, port + 1);
    await until(() => descriptorsOf(relay.pid!) === before);
  });

test.serial('UDP over IPv6 to a target with IPv4 [kernel]', async (t) => {
  await withRelay(async ({ relay, later, container }) => {
    const [{ pid }, to] = [await container(), await answering(later)];
    const port = 20000 + (process.pid % 10000);
    t.deepEqual(await relay.open([{ protocol: 'udp', address: '::1', port, to }], pid), []);
    const one = createSocket('udp6');
    later(() => one.close());
    one.connect(port, '::1');
    await once(one, 'connect');
    t.regex(String(await ask(one, 'six')), / six$/);
  });
});

// Red without: `keepControl`, or the options for IP_PKTINFO and IPV6_RECVPKTINFO in `reserve`.
test.serial(
  'the address that a UDP client asked answers, where the socket has all addresses [kernel]',
  async (t) => {
    await withRelay(async ({ relay, later, container }) => {
      const [{ pid }, to] = [await container(), await answering(later)];
      const port = 20000 + (process.pid % 10000);
      t.deepEqual(await relay.open([{ protocol: 'udp', address: '0.0.0.0', port, to }], pid), []);
      for (const address of [ownAddress(), ownAddress()]) {
        const one = await connected(later, address, port);
        t.regex(String(await ask(one, 'all')), / all$/);
      }
    });
  },
);
