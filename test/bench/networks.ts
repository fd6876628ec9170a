import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { forgetConnections } from '../../src/engine/networks/filter/connections.ts';
import { openTable } from '../../src/engine/networks/filter/table.ts';
import { openNetfilter } from '../../src/engine/networks/netfilter.ts';
import { openRelay } from '../../src/engine/ports/relay/relay.ts';
import { Readiness } from '../../src/kernel/ffi/readiness.ts';
import { execute } from '../../src/kernel/launch/execute.ts';
import { call } from '../../src/kernel/program/program.ts';
import { type Classic, classic, namespace } from './classic.ts';
import { compile, type Place, writeProject } from './prepare.ts';
import { measure } from './relay.ts';
import type { Figures, Subject } from './rounds.ts';
import { timed } from './workload.ts';

/** Ports, names and the way through the packet filter. */
export function networks(place: Place): readonly Subject[] {
  return [onePort(place), moved(), manyPorts(place), ...between(place)];
}

const PORTS = 100;

/** The cost of publishing for a container with one port and for one with 101: the packet filter and the relay. */
function onePort(place: Place): Subject {
  const publish = async (count: number): Promise<number> => {
    const readiness = new Readiness();
    const paths = { socket: join(place.run, 'ports.sock'), program: join(place.state, 'ports') };
    const relay = openRelay(paths, readiness, () => {});
    const sockets = Array.from({ length: count }, (_, index) => ({
      ...({ protocol: 'tcp', address: '127.61.0.3', port: 20_000 + index } as const),
      to: { address: '127.61.0.1', port: 80 },
    }));
    await relay.reserve([{ protocol: 'tcp', address: '127.61.0.3', port: 19_999 }]);
    try {
      const filtered = inOwnNetwork(() => {
        const netfilter = openNetfilter();
        const table = openTable(netfilter, 'bench');
        table.ensure([NETWORK]);
        const begin = performance.now();
        table.publish(
          sockets.map(({ port }) => ({
            ...({ protocol: 'tcp', address: '172.30.0.2' } as const),
            hostPort: port,
            port: 80,
          })),
        );
        const took = performance.now() - begin;
        netfilter.close();
        return took;
      });
      const begin = performance.now();
      await relay.reserve(sockets);
      await relay.open(sockets, process.pid);
      return filtered + performance.now() - begin;
    } finally {
      relay.end();
      readiness.close();
    }
  };
  return {
    name: 'publish',
    run: async () => ({ 'publish 1': await publish(1), [`publish ${PORTS + 1}`]: await publish(PORTS + 1) }),
  };
}

/** The time for which connection tracking is asked to forget what led to the former holder of the ports of a service. */
function moved(): Subject {
  const run = (count: number): number =>
    inOwnNetwork(() => {
      const netfilter = openNetfilter();
      const table = openTable(netfilter, 'bench');
      table.ensure([NETWORK]);
      const portsOf = (address: string) =>
        Array.from({ length: count }, (_, index) => ({
          ...({ protocol: 'udp', port: 80, address } as const),
          hostPort: 20_000 + index,
        }));
      table.publish(portsOf('172.30.0.2'));
      const wanted = table.publish(portsOf('172.30.0.3'));
      const begin = performance.now();
      forgetConnections(netfilter, wanted);
      const took = performance.now() - begin;
      netfilter.close();
      return took;
    });
  return { name: 'moved', run: async () => ({ 'moved 1': run(1), [`moved ${PORTS}`]: run(PORTS) }) };
}

const NETWORK = {
  ...{ key: 'default', bridge: 'tscA', blocks: ['172.30.0.0/20'] },
  ...{ internal: false, masquerade: true, icc: true },
};

const inOwnNetwork = <Result>(act: () => Result): Result => {
  const host = openSync('/proc/thread-self/ns/net', 'r');
  execute(call('unshare', 'CLONE_NEWNET'));
  try {
    return act();
  } finally {
    execute(call('setns', host, 'CLONE_NEWNET'));
    closeSync(host);
  }
};

/** `up` and `down` of 100 services, without ports and with ten each. */
function manyPorts(place: Place): Subject {
  const run = (name: string, more: string): Figures => {
    const service = `{rootfs: ./root, command: [/bin/sleep, '1000'], stop_grace_period: 0s${more}}`;
    const file = writeProject(place.directory, name, 100, service, `name: ${name}`);
    const words = ['--', place.tscompose, '--progress', 'quiet', '-f', file];
    return {
      [`up ${name}`]: timed(process.execPath, [...words, 'up', '-d'], place),
      [`down ${name}`]: timed(process.execPath, [...words, 'down'], place),
    };
  };
  const ports = Array.from({ length: 10 }, (_, index) => 8000 + index);
  return {
    name: 'ports',
    run: () => ({ ...run('portless', ''), ...run('ported', `, ports: [${ports.join(', ')}]`) }),
  };
}

/** Two services that run during all rounds, and beside them a network made by hand. */
function between(place: Place): readonly Subject[] {
  const program = compile('stream.c', join(place.directory, 'stream'));
  const service = `{rootfs: ./root, command: [/bin/sleep, '1000'], stop_grace_period: 0s, ports: ['80']}`;
  const words = (): readonly string[] => [
    ...['--', place.tscompose, '--progress', 'quiet', '-f'],
    writeProject(place.directory, 'pair', 2, service, 'name: pair'),
  ];
  let pair: (Ways & { readonly holder: ChildProcess }) | undefined;
  // In a host of its own, where no other project has rules.
  const started = async (): Promise<Ways> => {
    if (pair) return pair;
    const holder = await namespace();
    const host = ['nsenter', '-t', `${holder.pid}`, '-n'];
    timed(host[0]!, [...host.slice(1), process.execPath, ...words(), 'up', '-d'], place);
    pair = { ...pairOf(place), host, holder };
    return pair;
  };
  const stop = (): void => {
    if (pair) timed(process.execPath, [...words(), 'down'], place);
    pair?.holder.kill('SIGKILL');
    pair = undefined;
  };
  const names: Subject = {
    name: 'names',
    run: async () => asked(place, (await started()).inside[0]!),
    end: stop,
  };
  if (program === undefined) return [names];
  let byHand: Classic | undefined;
  const made = async (): Promise<Ways> => {
    byHand ??= await classic();
    return { ...byHand, port: 8080 };
  };
  return [
    ...traffic(program, '', started),
    ...traffic(program, ' by hand', made).map((subject) => ({ ...subject, end: () => byHand?.end() })),
    names,
  ];
}

/** A port of the host, and what leads to the containers. */
type Ways = Omit<Classic, 'end'> & { readonly port: number };

/** From the host through a published port, and from one container to the other. */
const traffic = (program: string, suffix: string, find: () => Ways | Promise<Ways>): readonly Subject[] => {
  const run = async (
    name: string,
    from: (ways: Ways) => {
      readonly client: readonly string[];
      readonly address: string;
      readonly port: number;
    },
  ): Promise<Figures> => {
    const ways = await find();
    const { client, ...socket } = from(ways);
    const target = { address: ways.addresses[0]!, port: 80 };
    return measure(program, `${name}${suffix}`, socket, { target, server: ways.inside[0]!, client });
  };
  return [
    {
      name: `published${suffix}`,
      run: () => run('published', ({ host, gateway, port }) => ({ client: host, address: gateway, port })),
    },
    {
      name: `between${suffix}`,
      run: () =>
        run('between', ({ inside, addresses }) => ({ client: inside[1]!, address: addresses[0]!, port: 80 })),
    },
  ];
};

const pairOf = ({ environment }: Place): Omit<Ways, 'host'> => {
  const json = (path: string) => JSON.parse(readFileSync(path, 'utf8'));
  const { containers, networks } = json(join(environment.TSCOMPOSE_STATE_DIR!, 'pair/project.json'));
  const names = ['pair-s1-1', 'pair-s2-1'];
  const life = (name: string) =>
    json(join(environment.TSCOMPOSE_RUN_DIR!, `pair/containers/${name}/life.json`));
  return {
    inside: names.map((name) => ['nsenter', '-t', `${life(name).pid}`, '-n']),
    addresses: names.map((name) => containers[name].addresses.default),
    gateway: networks.default.gateway,
    port: containers[names[0]!].ports[0].hostPort,
  };
};

const QUERIES = 20_000;

/** Queries of a container for a name of its network, beside dnsmasq in the same network namespace. */
async function asked(place: Place, inside: readonly string[]): Promise<Figures> {
  const script = join(place.directory, 'query.js');
  writeFileSync(script, QUERY);
  const [nsenter, ...into] = inside;
  const ask = (name: string, address: string, port: number): Figures => {
    const words = [...into, process.execPath, script, address, `${port}`, `${QUERIES}`];
    const [perQuery = 0, middle = 0, lost = 0] = execFileSync(nsenter!, words, { encoding: 'utf8' })
      .split(' ')
      .map(Number);
    return { [`${name} query`]: perQuery, [`${name} median`]: middle, [`${name} lost`]: lost };
  };
  const ours = ask('names', '127.0.0.11', 53);
  if (spawnSync('dnsmasq', ['--version']).status !== 0) return ours;
  const words = ['-p', '5353', '-k', '--no-resolv', '--no-hosts', '--conf-file=/dev/null', '--pid-file='];
  const other: ChildProcess = spawn(
    nsenter!,
    [...into, 'dnsmasq', ...words, '--address=/s2/10.0.0.9', '--log-facility=-', '--user=root'],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  await once(other.stderr!, 'data');
  try {
    return { ...ours, ...ask('dnsmasq', '127.0.0.1', 5353) };
  } finally {
    other.kill('SIGKILL');
  }
}

/** Prints milliseconds per query with eight at a time, the median of one at a time, and how many had no answer. */
const QUERY = `
const [, , address, port, count] = process.argv;
const socket = require('node:dgram').createSocket('udp4');
const query = Buffer.from('00000100000100000000000002733200' + '00010001', 'hex');
const waiting = new Map();
socket.on('message', (answer) => {
  const id = answer.readUInt16BE(0);
  if (answer.readUInt16BE(6) > 0) waiting.get(id)?.(true);
  waiting.delete(id);
});
let next = 0;
const ask = () => new Promise((resolve) => {
  const id = (next = (next + 1) & 0xffff);
  const bytes = Buffer.from(query);
  bytes.writeUInt16BE(id, 0);
  const timer = setTimeout(() => resolve(false), 1000);
  waiting.set(id, (found) => { clearTimeout(timer); resolve(found); });
  socket.send(bytes);
});
socket.connect(Number(port), address, async () => {
  let lost = 0;
  const times = [];
  for (let round = 0; round < 1000; round++) {
    const begin = performance.now();
    if (!(await ask())) lost++;
    times.push(performance.now() - begin);
  }
  const begin = performance.now();
  await Promise.all(Array.from({ length: 8 }, async () => {
    for (let round = 0; round < count / 8; round++) if (!(await ask())) lost++;
  }));
  const took = performance.now() - begin;
  times.sort((a, b) => a - b);
  console.log(took / count, times[500], lost);
  socket.close();
});
`;
