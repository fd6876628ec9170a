import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import test from 'ava';
import { isNightly } from '../../../patience.ts';
import {
  client,
  descriptorsOf,
  fate,
  received,
  relaysOf,
  served,
  text,
  until,
  whileStopped,
  withRelay,
} from './with-relay.ts';

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const digestOf = async (socket: Socket): Promise<string> => digest(await received(socket));

test.serial('large transfers both ways at once arrive unchanged [kernel]', async (t) => {
  // More than the sockets and pipes on the way hold.
  const size = (isNightly ? 48 : 16) << 20;
  const [up, down] = [randomBytes(size), randomBytes(size)];
  await withRelay(async (harness) => {
    let upward: Promise<string> | undefined;
    const { socket } = await served(harness, (connection) => {
      upward = digestOf(connection);
      connection.end(down);
    });
    const one = client(socket, harness.later);
    const answer = digestOf(one);
    one.end(up);
    t.is(await answer, digest(down));
    t.is(await upward, digest(up));
  });
});

test.serial('an end of the client is passed on, and the answer arrives after it [kernel]', async (t) => {
  await withRelay(async (harness) => {
    const { socket } = await served(harness, async (connection) => {
      connection.end(`got ${await text(connection)}`);
    });
    const one = client(socket, harness.later);
    one.end('all');
    t.is(await text(one), 'got all');
    t.is(await fate(one), undefined);
  });
});

test.serial('after the end of the target the client can still send [kernel]', async (t) => {
  await withRelay(async (harness) => {
    let rest: Promise<string> | undefined;
    const { socket } = await served(harness, (connection) => {
      connection.end('bye');
      rest = text(connection);
    });
    const one = client(socket, harness.later);
    t.is(await text(one), 'bye');
    one.end('later');
    await once(one, 'close');
    t.is(await rest, 'later');
  });
});

// Red without: SO_LINGER in `reset`.
test.serial('a reset of the target reaches the client, and the other way round [kernel]', async (t) => {
  await withRelay(async (harness) => {
    const connections: (Socket & { code?: string })[] = [];
    const { socket } = await served(harness, (connection) => {
      connection.on('error', (error: NodeJS.ErrnoException) =>
        Object.assign(connection, { code: error.code }),
      );
      connections.push(connection);
      connection.write('hello');
    });
    const [one, other] = [client(socket, harness.later), client(socket, harness.later)];
    await Promise.all([once(one, 'data'), once(other, 'data')]);
    t.is(connections.length, 2);
    one.resetAndDestroy();
    await until(() => connections.some(({ code }) => code === 'ECONNRESET'));
    connections.find(({ code }) => code === undefined)!.resetAndDestroy();
    t.is(await fate(other), 'ECONNRESET');
  });
});

// Red without: `when(['put', '<=', 0], [back])` in `pump`, which waits for the side that is full.
test.serial('a slow reader stops its own sender only, and loses nothing [kernel]', async (t) => {
  const bytes = randomBytes(32 << 20);
  await withRelay(async (harness) => {
    const senders: Socket[] = [];
    const { socket } = await served(harness, (connection) => {
      connection.once('data', (chunk: Buffer) => {
        if (String(chunk) === 'echo') return connection.write('echo');
        senders.push(connection);
        for (let at = 0; at < bytes.length; at += 1 << 20)
          connection.write(bytes.subarray(at, at + (1 << 20)));
        return connection.end();
      });
    });
    const slow = client(socket, harness.later);
    slow.pause();
    slow.write('send');
    await until(() => senders.length === 1);
    await setTimeout(300);
    t.true(senders[0]!.writableLength > 8 << 20);
    const other = client(socket, harness.later);
    other.write('echo');
    t.is(String((await once(other, 'data'))[0]), 'echo');
    t.is(await digestOf(slow), digest(bytes));
  });
});

// Red without: `when(['got', '==', EAGAIN], [again])` in `pump`: the pipe was full, and no further event comes.
test.serial(
  'what waits behind a full pipe moves when its reader takes everything at once [kernel]',
  async (t) => {
    await withRelay(async (harness) => {
      let sent = 0;
      let isEnough = false;
      // A pipe has room for 64 pieces, however small: it is full while the socket behind it has room for all that it holds.
      const send = async (connection: Socket): Promise<void> => {
        const piece = Buffer.alloc(1000);
        for (; !isEnough; sent += piece.length)
          await new Promise<void>((resolve) => connection.write(piece, () => resolve()));
        connection.end();
      };
      const { socket } = await served(harness, (connection) => void send(connection));
      const [relay] = relaysOf(process.pid);
      const slow = client(socket, harness.later);
      let read = 0;
      let hasEnded = false;
      slow.on('data', (chunk: Buffer) => (read += chunk.length)).on('end', () => (hasEnded = true));
      slow.pause();
      await standsStill(() => sent);
      isEnough = true;
      await whileStopped(relay!, async () => {
        slow.resume();
        await standsStill(() => read);
      });
      await until(() => hasEnded);
      t.is(read, sent);
    });
  },
);

/** Waits until a number has not changed for a while. */
const standsStill = async (number: () => number): Promise<void> => {
  let last: number | undefined;
  await until(async () => {
    const before = last;
    last = number();
    await setTimeout(100);
    return before === last && number() === last;
  });
};

// Red without: `give` at the end of `pump`: the pipes of idle connections.
test.serial(
  'a thousand connections at once: two descriptors each, and none afterwards [kernel]',
  async (t) => {
    await withRelay(async (harness) => {
      const { socket } = await served(harness);
      const [relay] = relaysOf(process.pid) as [number];
      const before = descriptorsOf(relay);
      const all = Array.from({ length: 1000 }, () => client(socket, harness.later));
      await Promise.all(
        all.map(async (one, index) => {
          one.write(`${index}`);
          const [chunk] = await once(one, 'data');
          t.is(String(chunk), `${index}`);
        }),
      );
      t.true(descriptorsOf(relay) <= before + 2000 + 2 * 64);
      await Promise.all(
        all.map(async (one) => {
          one.end();
          t.is(await text(one), '');
        }),
      );
      await until(() => descriptorsOf(relay) <= before + 2 * 64);
    });
  },
);

test.serial('a connection to a dead target is reset at once [kernel]', async (t) => {
  await withRelay(async (harness) => {
    const { socket, target } = await served(harness);
    target.server.close();
    t.is(await fate(client(socket, harness.later)), 'ECONNRESET');
  });
});

test.serial('one connection that never stops does not keep others waiting [kernel]', async (t) => {
  await withRelay(async (harness) => {
    let isOver = false;
    const { socket } = await served(harness, (connection) => {
      connection.once('data', (chunk: Buffer) => {
        if (String(chunk) === 'echo') return connection.write('echo');
        const block = Buffer.alloc(1 << 20);
        const more = (): void => {
          if (!isOver && !connection.destroyed) connection.write(block, more);
        };
        return more();
      });
    });
    const busy = client(socket, harness.later);
    busy.resume();
    busy.write('send');
    for (let round = 0; round < 20; round++) {
      const one = client(socket, harness.later);
      one.write('echo');
      t.is(String((await once(one, 'data'))[0]), 'echo');
    }
    isOver = true;
  });
});

// Red without: SIGPIPE in BLOCKED_SIGNALS.
test.serial('a client that is gone before the answer ends its own connection only [kernel]', async (t) => {
  await withRelay(async (harness) => {
    const connections: Socket[] = [];
    const { socket } = await served(harness, (connection) => {
      connection.on('data', () => {});
      connections.push(connection);
    });
    const [relay] = relaysOf(process.pid) as [number];
    const one = client(socket, harness.later);
    one.end('question');
    await until(() => connections[0]?.readableEnded === true);
    await whileStopped(relay, async () => {
      connections[0]!.write('answer');
      await setTimeout(50);
      one.resetAndDestroy();
      await setTimeout(50);
    });
    client(socket, harness.later).write('x');
    await until(() => connections.length === 2);
    t.deepEqual(relaysOf(process.pid), [relay]);
  });
});

// Red without: the comparison of generations in `serve`.
test.serial('events of a connection that has ended do not concern the next one [kernel]', async (t) => {
  await withRelay(async (harness) => {
    const connections: Socket[] = [];
    const { socket } = await served(harness, (connection) => {
      connections.push(connection);
      connection.pipe(connection);
    });
    const [relay] = relaysOf(process.pid) as [number];
    for (let round = 0; round < 5; round++) {
      const one = client(socket, harness.later);
      one.write('x');
      await once(one, 'data');
      let next: ReturnType<typeof client> | undefined;
      await whileStopped(relay, async () => {
        one.resetAndDestroy();
        await setTimeout(20);
        next = client(socket, harness.later);
        await once(next, 'connect');
        connections.at(-1)!.resetAndDestroy();
        await setTimeout(20);
      });
      next!.write('y');
      t.is(String((await once(next!, 'data'))[0]), 'y');
    }
  });
});
