import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { openWork } from '../../../src/engine/context/work.ts';
import { planPorts, wantedPorts } from '../../../src/engine/ports/plan-ports.ts';
import { lifeOf } from '../../../src/engine/record/life.ts';
import type {
  ContainerRecord,
  NetworkRecord,
  ProjectRecord,
} from '../../../src/engine/record/project-record.ts';
import type { Operation } from '../../../src/plan/plan.ts';
import type { Port } from '../../../src/project/model/project.ts';
import { service } from '../../container/samples.ts';
import { ownAddress } from './relay/with-relay.ts';

/** Of no other test: the ports after one that is in use are free. */
const hostIp = ownAddress();

const listening = async (t: ExecutionContext): Promise<number> => {
  const server = createServer().listen(0, hostIp);
  await once(server, 'listening');
  t.teardown(() => server.close());
  return (server.address() as AddressInfo).port;
};

const port = (index: number, published?: number, last = published): Port => ({
  from: `services.web.ports[${index}]`,
  target: 80 + index,
  protocol: 'tcp',
  hostIp,
  ...(published !== undefined && { published: { first: published, last: last! } }),
});

const bound = (hostPort: number) => ({ protocol: 'tcp', hostIp, hostPort, port: 80 }) as const;

const container = (name: string, hostPort: number): ContainerRecord =>
  ({
    name,
    service: 'web',
    state: 'running',
    definition: service({ ports: [port(0)] }),
    ports: [bound(hostPort)],
  }) as unknown as ContainerRecord;

const operation = (
  verb: 'create' | 'start' | 'stop' | 'rename',
  name: string,
  more: object = {},
): Operation =>
  ({ kind: 'container', verb, container: name, service: 'web', ...more }) as unknown as Operation;

const world = (t: ExecutionContext, containers: readonly ContainerRecord[] = [], running = containers) => {
  const state = mkdtempSync(join(tmpdir(), 'ports-'));
  t.teardown(() => rmSync(state, { recursive: true }));
  return {
    record: { containers: Object.fromEntries(containers.map((one) => [one.name, one])) } as ProjectRecord,
    running: new Map(running.map(({ name }) => [name, {} as never])),
    paths: {
      state: join(state, 'state/app'),
      run: join(state, 'run/app'),
      container: () => ({ life: join(state, 'nothing') }),
    } as never,
    work: openWork(),
  };
};

const planned = (
  context: ReturnType<typeof world>,
  ports: readonly Port[],
  operations: readonly Operation[],
) => {
  const services = { web: service({ ports, networks: { default: { aliases: [] } } }) };
  const networks = { default: { key: 'default', name: 'app_default' } as NetworkRecord };
  const wanted = wantedPorts(context.record.containers, { services }, networks, operations);
  return planPorts(context, wanted, operations);
};

/** Red without: tryToBind in plan-ports.ts; the name without the scan of descriptors in port-users.ts. */
test('a port that a process listens on is refused, with its name and the line of the file', async (t) => {
  const used = await listening(t);
  const { problems } = await planned(world(t), [port(0, used)], [operation('create', 'web-1')]);
  t.deepEqual(
    problems.map(({ code, from }) => [code, from]),
    [['port-in-use', 'services.web.ports[0]']],
  );
  const name = `(PID ${process.pid})`;
  t.true(problems[0]!.message.startsWith(`port ${hostIp}:${used}/tcp of the host is in use by `));
  t.true(problems[0]!.message.endsWith(name), problems[0]!.message);
});

test('every problem at once, and the next port of a range', async (t) => {
  const used = await listening(t);
  const ports = [
    port(0, used),
    port(1, used, used + 1),
    { ...port(2, 9), hostIp: '192.0.2.1' },
    port(3, used, used),
  ];
  const { problems, chosen } = await planned(world(t), ports, [operation('create', 'web-1')]);
  t.deepEqual(
    problems.map(({ code, from }) => `${code} ${from}`),
    [
      'port-in-use services.web.ports[0]',
      'invalid-value services.web.ports[2]',
      'port-in-use services.web.ports[3]',
    ],
  );
  t.deepEqual(
    chosen['web-1']!.map(({ hostPort }) => hostPort),
    [used + 1],
  );
});

/** Red without: `takers` in plan-ports.ts. */
test('two new containers, and one that runs on, do not get the same port', async (t) => {
  const free = await listening(t).then((used) => used + 1);
  const create = (name: string) => operation('create', name);
  const { problems } = await planned(world(t), [port(0, free)], [create('web-1'), create('web-2')]);
  t.deepEqual(
    problems.map(({ message }) => message),
    [`port ${hostIp}:${free}/tcp of the host is in use by container web-1`],
  );
  const besides = await planned(world(t, [container('old-1', free)]), [port(0, free)], [create('web-1')]);
  t.regex(besides.problems[0]!.message, /by container old-1$/);
});

/** Red without: `leaving` in plan-ports.ts. */
test('the port of a container that is replaced is free for its successor', async (t) => {
  const own = await listening(t);
  const context = world(t, [container('web-1', own)]);
  const operations = [
    operation('create', 'tmp-web-1', { replaces: 'web-1' }),
    operation('stop', 'web-1'),
    operation('rename', 'tmp-web-1', { to: 'web-1' }),
    operation('start', 'web-1'),
  ];
  const { problems, chosen } = await planned(context, [port(0)], operations);
  t.deepEqual(problems, []);
  t.deepEqual(chosen, { 'tmp-web-1': [bound(own)] }, 'one that the kernel chose stays');
});

/** Red without: `inTurn` in plan-ports.ts. */
test('of a range, a container keeps its port, also from new ones with lower numbers', async (t) => {
  const own = await listening(t);
  const context = world(t, [container('web-2', own)]);
  const operations = [
    operation('create', 'web-1'),
    operation('create', 'tmp-web-2', { replaces: 'web-2' }),
    operation('stop', 'web-2'),
  ];
  const { problems, chosen } = await planned(context, [port(0, own, own + 9)], operations);
  t.deepEqual(problems, []);
  t.deepEqual(chosen['tmp-web-2'], [bound(own)]);
  t.not(chosen['web-1']![0]!.hostPort, own);
});

test('a stopped container needs its port again', async (t) => {
  const used = await listening(t);
  const context = world(t, [container('web-1', used)], []);
  const { problems } = await planned(context, [], [operation('start', 'web-1')]);
  t.deepEqual(
    problems.map(({ code, from }) => [code, from]),
    [['port-in-use', 'services.web.ports[0]']],
  );
});

/** Red without: `isRestarting` in plan-ports.ts. */
test('the ports of a container that is restarted are its own, also in the middle of a restart', async (t) => {
  const own = await listening(t);
  const context = world(t, [{ ...container('web-1', own), state: 'restarting' }], []);
  const { problems } = await planned(context, [], [operation('start', 'web-1')]);
  t.deepEqual(problems, []);
  const create = [operation('create', 'web-2')];
  const besides = await planned(context, [port(0, own)], create);
  t.regex(besides.problems[0]!.message, /by container web-1$/);
  const next = await planned(context, [port(0, own, own + 9)], create);
  t.not(next.chosen['web-2']![0]!.hostPort, own);
});

test('a container of another project is named', async (t) => {
  const used = await listening(t);
  const context = world(t);
  const other = join((context.paths as { state: string }).state, '../shop');
  const life = join((context.paths as { run: string }).run, '../shop/containers/shop-web-1');
  for (const path of [other, life]) mkdirSync(path, { recursive: true });
  const { definition: _, ...rest } = container('shop-web-1', used);
  const record = {
    ...{ version: 1, name: 'shop', workingDir: '/', files: [], networks: {} },
    containers: {
      'shop-web-1': {
        ...rest,
        ...{ id: 'i', number: 1, oneOff: false, configHash: '', created: 0, addresses: {} },
        ...{ runner: 'direct', exitCode: 0, oomKilled: false, definition: service() },
      },
    },
  };
  writeFileSync(join(other, 'project.json'), JSON.stringify(record));
  writeFileSync(join(life, 'life.json'), JSON.stringify(lifeOf(process.pid)));
  const { problems } = await planned(context, [port(0, used)], [operation('create', 'web-1')]);
  t.regex(problems[0]!.message, /is in use by container shop-web-1 of project shop$/);
});

test('services that are not started are not looked at', async (t) => {
  const used = await listening(t);
  const { problems, chosen } = await planned(world(t), [port(0, used)], []);
  t.deepEqual([problems, chosen], [[], {}]);
});
