import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import type { RelayEntry } from '../../../../src/engine/ports/relay/sockets.ts';
import type { RelayPaths } from '../../../../src/engine/ports/relay/start.ts';
import { bundled } from '../../../bundled.ts';
import {
  client,
  descriptorsOf,
  fate,
  isRunning,
  ownAddress,
  relaysOf,
  served,
  text,
  until,
  withRelay,
} from './with-relay.ts';

const echo = async (one: ReturnType<typeof client>, word: string): Promise<string> => {
  one.write(word);
  return String((await once(one, 'data'))[0]);
};

/** A supervisor in a process of its own, which opens entries. `limit`: its RLIMIT_NOFILE. */
const supervisor = async (
  paths: RelayPaths,
  pid: number,
  entries: readonly RelayEntry[],
  limit = '$(ulimit -Hn)',
): Promise<ChildProcess & { readonly pid: number }> => {
  const script = join(import.meta.dirname, 'supervisor.ts');
  const args = [bundled(`import '${script}';`), JSON.stringify({ paths, pid, entries })];
  const child = spawn('sh', ['-c', `ulimit -n ${limit}; exec "$0" "$@"`, process.execPath, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child as typeof child & { readonly pid: number };
};

test.serial('ps shows what the process of the relay is [kernel]', async (t) => {
  await withRelay(async (harness) => {
    await served(harness);
    const [relay] = relaysOf(process.pid);
    t.is(readFileSync(`/proc/${relay}/cmdline`, 'utf8'), 'tscompose relay\0');
  });
});

test.serial(
  'connections are reset and the port refuses when the process ends; it stays reserved [kernel]',
  async (t) => {
    await withRelay(async (harness) => {
      const { relay, later } = harness;
      const { socket, target, container } = await served(harness);
      const one = client(socket, later);
      t.is(await echo(one, 'hello'), 'hello');
      container.kill('SIGKILL');
      t.is(await fate(one), 'ECONNRESET');
      t.is(await fate(client(socket, later)), 'ECONNREFUSED');
      t.deepEqual(await relay.open([{ ...socket, to: target }], (await harness.container()).pid), []);
      t.is(await echo(client(socket, later), 'again'), 'again');
    });
  },
);

test.serial(
  'a closed entry resets its own connections only; another target can follow [kernel]',
  async (t) => {
    await withRelay(async (harness) => {
      const { relay, later, container, target } = harness;
      const [closed, other] = [await served(harness), await served(harness)];
      const [one, two] = [client(closed.socket, later), client(other.socket, later)];
      await Promise.all([echo(one, 'a'), echo(two, 'b')]);
      await relay.close([closed.socket]);
      t.is(await fate(one), 'ECONNRESET');
      t.is(await echo(two, 'c'), 'c');
      const next = await target((connection) => connection.end('next'));
      t.deepEqual(await relay.open([{ ...closed.socket, to: next }], (await container()).pid), []);
      t.is(await text(client(closed.socket, later)), 'next');
    });
  },
);

test.serial(
  'kill -9 of the supervisor ends no connection, and the next one takes over [kernel]',
  async (t) => {
    await withRelay(async ({ relay, paths, later, container, target }) => {
      const [{ pid }, to] = [await container(), await target((connection) => connection.pipe(connection))];
      const socket = { protocol: 'tcp', address: ownAddress(), port: 8080 } as const;
      const stale = { protocol: 'tcp', address: ownAddress(), port: 8080 } as const;
      const first = await supervisor(paths, pid, [
        { ...socket, to },
        { ...stale, to },
      ]);
      const [process] = relaysOf(first.pid) as [number];
      const one = client(socket, later);
      t.is(await echo(one, 'one'), 'one');
      first.kill('SIGKILL');
      await once(first, 'exit');
      t.is(await echo(one, 'two'), 'two');
      await relay.adopt([socket]);
      // What is open already stays as it is.
      t.deepEqual(await relay.open([{ ...socket, to }], pid), []);
      t.is(await echo(one, 'three'), 'three');
      t.is(await fate(client(stale, later)), 'ECONNREFUSED');
      relay.end();
      await until(() => !isRunning(process));
      await fate(one);
    });
  },
);

// Red without: `rest` in `obey`.
test.serial('without a supervisor a relay with nothing but reservations ends [kernel]', async (t) => {
  await withRelay(async ({ paths, container, target }) => {
    const [ended, to] = [await container(), await target(() => {})];
    ended.kill('SIGKILL');
    await once(ended, 'exit');
    const socket = { protocol: 'tcp', address: ownAddress(), port: 8080 } as const;
    const first = await supervisor(paths, ended.pid, [{ ...socket, to }]);
    const [process] = relaysOf(first.pid) as [number];
    first.kill('SIGKILL');
    await until(() => !isRunning(process));
    t.pass();
  });
});

// Red without: `rest` in `bury`.
test.serial('without a supervisor the relay ends with the last process [kernel]', async (t) => {
  await withRelay(async ({ paths, container, target }) => {
    const [one, to] = [await container(), await target(() => {})];
    const socket = { protocol: 'tcp', address: ownAddress(), port: 8080 } as const;
    const first = await supervisor(paths, one.pid, [{ ...socket, to }]);
    const [process] = relaysOf(first.pid) as [number];
    first.kill('SIGKILL');
    await once(first, 'exit');
    t.true(isRunning(process));
    one.kill('SIGKILL');
    await until(() => !isRunning(process));
    t.pass();
  });
});

test.serial('a killed relay is started again with everything that it served [kernel]', async (t) => {
  await withRelay(async (harness) => {
    const { relay, later, complaints } = harness;
    const { socket } = await served(harness);
    const reserved = { protocol: 'tcp', address: ownAddress(), port: 8080 } as const;
    await relay.reserve([reserved]);
    const [before] = relaysOf(process.pid) as [number];
    const one = client(socket, later);
    t.is(await echo(one, 'one'), 'one');
    process.kill(before, 'SIGKILL');
    await until(() => relaysOf(process.pid).some((pid) => pid !== before));
    await relay.adopt([socket, reserved]);
    t.deepEqual(await relay.reserve([reserved]), []);
    t.is(await echo(client(socket, later), 'two'), 'two');
    t.deepEqual(complaints, ['the relay of published ports was killed']);
    t.not(relaysOf(process.pid)[0], before);
  });
});

// Red without: `DELAYS` behind the first.
test.serial('relays that are killed at once are followed by others, later each time [kernel]', async (t) => {
  await withRelay(async (harness) => {
    const { later, complaints, relay } = harness;
    const { socket, target } = await served(harness);
    const reached = () => echo(client(socket, later), 'x').catch(() => '');
    const killOne = async (): Promise<void> => {
      const [pid] = relaysOf(process.pid) as [number];
      process.kill(pid, 'SIGKILL');
      await until(() => !relaysOf(process.pid).includes(pid));
    };
    for (let round = 0; round < 5; round++) {
      await killOne();
      await until(async () => (await reached()) === 'x');
    }
    await killOne();
    await until(() => complaints.length > 6);
    t.is(complaints.at(-1), 'it is started again when a container starts or ends');
    t.deepEqual(await relay.open([{ ...socket, to: target }], (await harness.container()).pid), []);
    t.is(await reached(), 'x');
  });
});

// Red without: the comparison with `room` in `accept`.
test.serial(
  'connections that would take too many descriptors are reset, and later ones are served [kernel]',
  async (t) => {
    await withRelay(async ({ paths, later, container, target }) => {
      const [{ pid }, to] = [await container(), await target((connection) => connection.pipe(connection))];
      const socket = { protocol: 'tcp', address: ownAddress(), port: 8080 } as const;
      const first = await supervisor(paths, pid, [{ ...socket, to }], '256');
      later(() => first.kill('SIGKILL'));
      const [process] = relaysOf(first.pid) as [number];
      const all = Array.from({ length: 60 }, () => client(socket, later));
      const answers = await Promise.all(
        all.map((one) => Promise.race([echo(one, 'x'), fate(one)]).catch(() => 'ECONNRESET')),
      );
      // (256 - 64) * 10 / 64
      t.is(answers.filter((answer) => answer === 'x').length, 30);
      t.is(answers.filter((answer) => answer === 'ECONNRESET').length, 30);
      t.true(descriptorsOf(process) < 256);
      for (const one of all) one.destroy();
      await until(
        async () =>
          (await Promise.race([echo(client(socket, later), 'y'), fate(client(socket, later))]).catch(
            () => '',
          )) === 'y',
      );
    });
  },
);
