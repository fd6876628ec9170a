import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { startRelay } from '../../src/engine/ports/relay/start.ts';
import { Readiness } from '../../src/kernel/ffi/readiness.ts';
import { compile, type Place } from './prepare.ts';
import type { Figures, Subject } from './rounds.ts';

const GIB = 2 ** 30;
/** Of all rounds fewer than 14,000: connect(2) searches for a port where half of them are in TIME_WAIT. */
const CONNECTIONS = 1000;
const TARGET = { address: '127.61.0.1', port: 7000 };
const PUBLISHED = { address: '127.61.0.2', port: 8080 };

type Socket = { readonly address: string; readonly port: number };

type Between = {
  readonly relay?: number;
  readonly target?: Socket;
  /** The command that begins a program where the server is, and where the client is; here without it. */
  readonly server?: readonly string[];
  readonly client?: readonly string[];
};

type Relaying = { readonly pid: number; readonly end: () => unknown };

/**
 * A published port on loopback: the processor time of client, relay and server together, for 1 GiB and for connections
 * with a byte each way. Beside it the same without a relay, through a pipe of Node, and through docker-proxy if it is here.
 */
export function relay(place: Place): readonly Subject[] {
  const program = compile('stream.c', join(place.directory, 'stream'));
  if (program === undefined) return [];
  return [
    { name: 'direct', run: () => measure(program, 'direct', TARGET) },
    { name: 'relay', run: () => through(program, 'relay', () => ours(place)) },
    { name: 'pipe', run: () => through(program, 'pipe', () => pipeOfNode(place)) },
    ...(existsSync(DOCKER_PROXY)
      ? [{ name: 'docker-proxy', run: () => through(program, 'docker-proxy', dockerProxy) }]
      : []),
  ];
}

async function through(program: string, name: string, start: () => Promise<Relaying>): Promise<Figures> {
  const { pid, end } = await start();
  try {
    const figures = await measure(program, name, PUBLISHED, { relay: pid });
    return { ...figures, [`${name} resident MB`]: residentMegabytes(pid) };
  } finally {
    await end();
  }
}

/**
 * Of a way to an address behind which is the server: the processor time of 1 GiB and of connections, and how many Gbit/s
 * it carries. `relay`: its PID. Processor time is taken on one processor, where rounds differ by a few hundredths. On two,
 * wake-ups of the other one are half of it, and rounds differ by a factor of two.
 */
export async function measure(
  program: string,
  name: string,
  { address, port }: Socket,
  { relay, target = TARGET, server: toServer = [], client: toClient = [] }: Between = {},
): Promise<Figures> {
  const take = async (word: string, size: number, processors: string): Promise<Taken> => {
    const on = ['taskset', '--cpu-list', processors];
    if (relay !== undefined) await run(on[0]!, ['--all-tasks', '--pid', ...on.slice(1), `${relay}`]);
    const [first, ...rest] = [...toServer, ...on, program, 'serve', target.address, `${target.port}`];
    const server = spawn(first!, rest, { stdio: ['pipe', 'pipe', 'inherit'] });
    try {
      await once(server.stdout, 'readable');
      if (server.stdout.read() === null) throw new Error(`no server at ${target.address}:${target.port}`);
      const before = processorTime(relay);
      const [client, ...words] = [...toClient, ...on, program, word, address, `${port}`, `${size}`];
      const sent = times((await run(client!, words)).stdout);
      const between = processorTime(relay) - before;
      server.stdin.end();
      const served = times(await text(server.stdout));
      return { processor: (sent.processor + served.processor + between) / 1e6, clock: sent.clock / 1e6 };
    } finally {
      server.kill('SIGKILL');
    }
  };
  return {
    [`${name} GB`]: (await take('send', GIB, ONE)).processor,
    [`${name} conn.`]: (await take('connect', CONNECTIONS, ONE)).processor,
    [`${name} Gbit/s`]: (8 * GIB) / 1e6 / (await take('send', GIB, ALL)).clock,
  };
}

const ONE = '0';
const ALL = `0-${availableParallelism() - 1}`;

/** Milliseconds. */
type Taken = { readonly processor: number; readonly clock: number };

const times = (line: string): Taken => {
  const [processor = Number.NaN, clock = Number.NaN] = line.split(' ').map(Number);
  return { processor, clock };
};

const run = promisify(execFile);

async function ours(place: Place): Promise<Relaying> {
  const readiness = new Readiness();
  const paths = { socket: join(place.run, 'relay.sock'), program: join(place.state, 'relay') };
  const connection = await startRelay(paths, readiness);
  const [reserved] = await connection.ask([{ call: 'reserve', socket: { protocol: 'tcp', ...PUBLISHED } }]);
  await connection.ask([{ call: 'open', descriptor: reserved!.result, target: TARGET, pid: process.pid }]);
  return { pid: connection.pid!, end: () => connection.end() };
}

async function pipeOfNode(place: Place): Promise<Relaying> {
  const script = join(place.directory, 'pipe.js');
  writeFileSync(
    script,
    `const net = require('node:net');
     net.createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
       const far = net.connect({ host: '${TARGET.address}', port: ${TARGET.port}, allowHalfOpen: true, noDelay: true });
       near.pipe(far);
       far.pipe(near);
       for (const one of [near, far]) one.on('error', () => { near.destroy(); far.destroy(); });
     }).listen(${PUBLISHED.port}, '${PUBLISHED.address}', 4096, () => console.log('listening'));`,
  );
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return { pid: child.pid!, end: () => killed(child) };
}

/** One process for a port; it says on descriptor 3 that it listens. */
async function dockerProxy(): Promise<Relaying> {
  const words = [
    ...['-proto', 'tcp', '-host-ip', PUBLISHED.address, '-host-port', `${PUBLISHED.port}`],
    ...['-container-ip', TARGET.address, '-container-port', `${TARGET.port}`],
  ];
  const child = spawn(DOCKER_PROXY, words, { stdio: ['ignore', 'ignore', 'inherit', 'pipe'] });
  const [said] = await once(child.stdio[3]!, 'data');
  if (`${said}` !== '0\n') throw new Error(`docker-proxy: ${said}`);
  return { pid: child.pid!, end: () => killed(child) };
}

/** The next one takes the same port. */
async function killed(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

const DOCKER_PROXY = '/usr/sbin/docker-proxy';

/** Nanoseconds of all threads: the first number of /proc/PID/task/TID/schedstat. */
function processorTime(pid: number | undefined): number {
  if (pid === undefined) return 0;
  const tasks = `/proc/${pid}/task`;
  return readdirSync(tasks)
    .map((task) => Number(readFileSync(`${tasks}/${task}/schedstat`, 'utf8').split(' ')[0]))
    .reduce((sum, time) => sum + time, 0);
}

function residentMegabytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;
}
