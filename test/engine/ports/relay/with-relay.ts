import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { openRelay } from '../../../../src/engine/ports/relay/relay.ts';
import type { HostSocket, Relay } from '../../../../src/engine/ports/relay/sockets.ts';
import type { RelayPaths } from '../../../../src/engine/ports/relay/start.ts';
import { Readiness } from '../../../../src/kernel/ffi/readiness.ts';
import { patience } from '../../../patience.ts';

let addresses = 0;

/** An address of the loopback network that no other test has, so that every port of it is free. */
export const ownAddress = (): string => {
  const number = ++addresses;
  return `127.${64 + ((process.pid >> 8) & 63)}.${process.pid & 255}.${number}`;
};

export type Harness = {
  readonly relay: Relay;
  readonly paths: RelayPaths;
  readonly readiness: Readiness;
  /** Lines for the supervisor's log. */
  readonly complaints: readonly string[];
  /** A process that stands for a container. */
  readonly container: () => Promise<ChildProcess & { readonly pid: number }>;
  /** A TCP server at an address of its own. */
  readonly target: (onConnection: (socket: Socket) => void) => Promise<Target>;
  /** Called at the end, the last one first. */
  readonly later: (undo: () => unknown) => void;
};

export type Target = { readonly address: string; readonly port: number; readonly server: Server };

/** Runs a test with a relay of its own; whatever it made has ended afterwards. */
export const withRelay = async (run: (harness: Harness) => Promise<void>): Promise<void> => {
  const directory = mkdtempSync(join(tmpdir(), 'tscompose-relay-'));
  const paths = { socket: join(directory, 'relay.sock'), program: join(directory, 'relay') };
  const readiness = new Readiness();
  const complaints: string[] = [];
  const relay = openRelay(paths, readiness, (text) => complaints.push(text));
  const undo: (() => unknown)[] = [() => rmSync(directory, { recursive: true }), () => readiness.close()];
  const later = (one: () => unknown): void => {
    undo.push(one);
  };
  later(() => relay.end());
  try {
    await run({
      relay,
      paths,
      readiness,
      complaints,
      later,
      container: async () => {
        const child = spawn('sleep', ['1000'], { stdio: 'ignore' });
        later(() => child.kill('SIGKILL'));
        await once(child, 'spawn');
        return child as ChildProcess & { readonly pid: number };
      },
      target: async (onConnection) => {
        const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
          socket.on('error', () => {});
          later(() => socket.destroy());
          onConnection(socket);
        });
        const address = ownAddress();
        server.listen({ host: address, port: 7000, backlog: 2000 });
        await once(server, 'listening');
        later(() => server.close());
        return { address, port: 7000, server };
      },
    });
  } finally {
    for (const one of undo.reverse()) await one();
  }
};

/** An entry of the relay that is open for a container, with the target's echo or another handler. */
export const served = async (
  { relay, container, target }: Harness,
  onConnection: (socket: Socket) => void = (socket) => socket.pipe(socket),
): Promise<{
  readonly socket: HostSocket;
  readonly target: Target;
  readonly container: ChildProcess & { readonly pid: number };
}> => {
  const [process, to] = [await container(), await target(onConnection)];
  const socket = { protocol: 'tcp', address: ownAddress(), port: 8080 } as const;
  const refused = await relay.open([{ ...socket, to: { address: to.address, port: to.port } }], process.pid);
  if (refused.length > 0) throw new Error(`refused: ${JSON.stringify(refused)}`);
  return { socket, target: to, container: process };
};

/** A client whose errors are kept and not thrown. */
export const client = (
  { address, port }: { readonly address: string; readonly port: number },
  later: (undo: () => unknown) => void,
): Socket & { code?: string } => {
  const socket: Socket & { code?: string } = connect({
    host: address,
    port,
    allowHalfOpen: true,
    noDelay: true,
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== undefined) socket.code = error.code;
  });
  later(() => socket.destroy());
  return socket;
};

/** What a socket receives until its end. */
export const received = async (socket: Socket): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk)).resume();
  await once(socket, 'end');
  return Buffer.concat(chunks);
};

export const text = async (socket: Socket): Promise<string> => String(await received(socket));

/** How a connection that was not closed in order ended: the code of its error. */
export const fate = async (socket: Socket & { code?: string }): Promise<string | undefined> => {
  socket.resume();
  if (!socket.closed) await once(socket, 'close').catch(() => {});
  return socket.code;
};

export const descriptorsOf = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;

/** The relays among the children of a process. */
export const relaysOf = (parent: number): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const [, name, state, ppid] = /\((.*)\) (.) (\d+)/.exec(statOf(pid)) ?? [];
      return name === 'tscompose-relay' && state !== 'Z' && Number(ppid) === parent;
    });

const statOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return '';
  }
};

export const isRunning = (pid: number): boolean => /\) [^ZX] /.test(statOf(pid));

/** Waits until something is true, which no event reports. */
export const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  for (let left = 10_000 * patience; !(await condition()); left -= 5) {
    if (left < 0) throw new Error('it did not become true');
    await setTimeout(5);
  }
};

/** Lets a process find everything that happens meanwhile at once. */
export const whileStopped = async (pid: number, happen: () => Promise<void>): Promise<void> => {
  process.kill(pid, 'SIGSTOP');
  try {
    await until(() => /\) T /.test(statOf(pid)));
    await happen();
  } finally {
    process.kill(pid, 'SIGCONT');
  }
};
