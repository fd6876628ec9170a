import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { askTcp, askUdp } from './harness/ask.ts';
import { eventually } from './harness/eventually.ts';
import { HOST, NEIGHBOUR, openOutside } from './harness/outside.ts';
import type { Project } from './harness/project.ts';
import { needs, scenario } from './harness/scenario.ts';

const withBusybox = needs('busybox');
const withOutside = needs('busybox', 'nft', 'socat');

/** Says its name to everybody who connects, at once after its start. */
const server = (name: string) =>
  `command: [nc, -ll, -p, "80", -e, echo, ${name}], rootfs: ./root, stop_grace_period: 0s`;

const ownAddress = (family: 'IPv4' | 'IPv6'): string | undefined =>
  Object.entries(networkInterfaces())
    .filter(([name]) => !name.startsWith('tsc') && name !== 'lo')
    .flatMap(([, addresses = []]) => addresses)
    .find((one) => one.family === family && !one.address.startsWith('fe80'))?.address;

/** The place of a port: `[address, port]`. */
const publishedAt = async (
  project: Project,
  service: string,
  port = '80',
  ...options: readonly string[]
): Promise<number> => {
  const place = (await project.ok('port', ...options, service, port)).trim();
  return Number(place.slice(place.lastIndexOf(':') + 1));
};

const answers = (address: string, port: number, expected: string) =>
  eventually(`${address}:${port} answers`, async () => (await askTcp(address, port)) === expected);

const recorded = (project: Project) =>
  JSON.parse(readFileSync(project.path('.state', project.name, 'project.json'), 'utf8')).containers;

/** A port of loopback that a server of this test listens on. */
const usedPort = async (): Promise<{ readonly port: number; readonly close: () => void }> => {
  const server = createServer((socket) => socket.end('elsewhere')).listen(0, '0.0.0.0');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, close: () => void server.close() };
};

/** Red without: the call of `ports.publish` in start-container.ts. */
withBusybox(
  'a published port answers at every address of the host, and to containers',
  async (t, project) => {
    project.root();
    project.compose(`services:
  web: { ${server('web')}, ports: ["80"] }
  ask: { command: [sleep, "1000"], rootfs: ./root, stop_grace_period: 0s }
`);
    await project.up();
    const port = await publishedAt(project, 'web');
    for (const address of ['127.0.0.1', '127.1.2.3', '::1', ownAddress('IPv4'), ownAddress('IPv6')])
      if (address !== undefined) await answers(address, port, 'web');
    const own = ownAddress('IPv4');
    if (own !== undefined) {
      t.is(await project.exec('ask', 'nc', '-w', '2', own, String(port)), 'web', 'another container');
      t.is(await project.exec('web', 'nc', '-w', '2', own, String(port)), 'web', 'the container itself');
    }
    const [row] = JSON.parse(await project.ok('ps', '--format', 'json-array', 'web'));
    t.deepEqual(row.Publishers.slice(0, 1), [
      { URL: '0.0.0.0', TargetPort: 80, PublishedPort: port, Protocol: 'tcp' },
    ]);
    t.regex(await project.ok('ps', 'web'), new RegExp(`0\\.0\\.0\\.0:${port}->80/tcp`));
    t.is(await project.ok('port', 'web', '80'), `0.0.0.0:${port}\n`);
    const unpublished = await project.tscompose('port', 'web', '81');
    t.is(unpublished.code, 1);
    t.regex(unpublished.stderr, /no port 81\/tcp for container .*-web-1: /);
  },
);

/** Red without: leavePorts in watch.ts. */
withBusybox(
  'a port refuses at once while its container does not run, and stays the same',
  async (t, project) => {
    project.root();
    // The supervisor goes on for another one, and the packet filter with it.
    project.compose(`services:
  web: { ${server('web')}, ports: ["80"] }
  other: { command: [sleep, "1000"], rootfs: ./root, stop_grace_period: 0s }
`);
    await project.up();
    const port = await publishedAt(project, 'web');
    await answers('127.0.0.1', port, 'web');
    // There the packet filter leads to the container, and not the relay.
    const [network] = JSON.parse(await project.ok('network', 'inspect', `${project.name}_default`));
    const gateway: string = network.IPAM.Config[0].Gateway;
    await answers(gateway, port, 'web');
    await project.change('stop', 'web');
    for (const address of ['127.0.0.1', '::1', gateway, ownAddress('IPv4')])
      if (address !== undefined)
        await t.throwsAsync(askTcp(address, port), { message: 'ECONNREFUSED' }, address);
    t.is(await project.ok('ps', '-a', '--format', '{{.Ports}}', 'web'), '\n');
    await project.change('start');
    t.is(await publishedAt(project, 'web'), port);
    await answers('127.0.0.1', port, 'web');
    await project.change('restart');
    t.is(await publishedAt(project, 'web'), port);
    await answers('127.0.0.1', port, 'web');
    await project.change('restart');
    t.is(await publishedAt(project, 'web'), port);
    await answers('127.0.0.1', port, 'web');
    await project.ok('up', '-d', '--force-recreate');
    t.is(await publishedAt(project, 'web'), port, 'a new container has it as well');
    await answers('127.0.0.1', port, 'web');
    await project.change('down');
    await t.throwsAsync(askTcp('127.0.0.1', port), { message: 'ECONNREFUSED' });
  },
);

/** Red without: `planPorts` in up.ts. */
withBusybox(
  'a port that another program has is an error at its line, before anything is created',
  async (t, project) => {
    const used = await usedPort();
    try {
      project.root();
      project.compose(`services:
  web: { ${server('web')}, ports: ["${used.port}:80"] }
  other: { ${server('other')}, ports: ["127.0.0.1::80"] }
`);
      const { code, stderr } = await project.tscompose('up', '-d');
      t.is(code, 1);
      const text = `port ${used.port}/tcp of the host is in use by`;
      t.true(stderr.includes(text), stderr);
      t.true(stderr.includes(`(PID ${process.pid})`), stderr);
      t.regex(stderr, /compose\.yaml:2:\d+/);
      t.is(await project.ok('ps', '-aq'), '');
      await project.up('other');
      t.pass('a service that is not started is not looked at');
    } finally {
      used.close();
    }
  },
);

withBusybox(
  'another project is named as the holder of a port, and a range goes past it',
  async (t, project) => {
    project.root();
    project.compose(`services:\n  web: { ${server('web')}, ports: ["127.0.0.1::80"] }\n`);
    await project.up();
    const port = await publishedAt(project, 'web');
    const other = `${project.name}-other`;
    project.alsoTakeDown(other);
    project.compose(
      `services:\n  web: { ${server('other')}, ports: ["127.0.0.1:${port}:80"] }\n`,
      'other.yaml',
    );
    const words = ['-p', other, '-f', 'other.yaml'];
    const { code, stderr } = await project.tscompose(...words, 'up', '-d');
    t.is(code, 1);
    t.regex(stderr, new RegExp(`in use by container ${project.name}-web-1 of project ${project.name}`));
    const text = `services:\n  web: { ${server('other')}, ports: ["127.0.0.1:${port}-${port + 9}:80"] }\n`;
    project.compose(text, 'other.yaml');
    await project.ok(...words, 'up', '-d');
    const place = (await project.ok(...words, 'port', 'web', '80')).trim();
    t.not(place, `127.0.0.1:${port}`);
    await answers('127.0.0.1', Number(place.split(':')[1]), 'other');
    await answers('127.0.0.1', port, 'web');
  },
);

/** Red without: `leaving` in plan-ports.ts. */
withBusybox('a changed port replaces the container; the old one refuses then', async (t, project) => {
  project.root();
  const file = (ports: string) =>
    project.compose(`services:\n  web: { ${server('web')}, ports: [${ports}] }\n`);
  file('"127.0.0.1::80"');
  await project.up();
  const before = await publishedAt(project, 'web');
  file(`"127.0.0.1:${before}:80", "127.0.0.1::80"`);
  await project.up();
  const all = (await project.ok('port', 'web')).trim().split('\n');
  t.is(all.length, 2);
  for (const line of all) await answers('127.0.0.1', Number(line.split(':')[1]), 'web');
  file('"127.0.0.1::80"');
  await project.up();
  const [kept] = await project.ok('port', 'web').then((text) => text.trim().split('\n'));
  const gone = all.find((line) => line !== kept)!;
  await t.throwsAsync(askTcp('127.0.0.1', Number(gone.split(':')[1])), { message: 'ECONNREFUSED' });
});

withBusybox('published ports outlive a killed supervisor, and belong to the next one', async (t, project) => {
  project.root();
  project.compose(`services:\n  web: { ${server('web')}, ports: ["80"] }\n`);
  await project.up();
  const port = await publishedAt(project, 'web');
  await answers('127.0.0.1', port, 'web');
  await project.endSupervision();
  await answers('127.0.0.1', port, 'web');
  await project.ok('ps');
  t.is(await publishedAt(project, 'web'), port);
  await answers('127.0.0.1', port, 'web');
  await project.change('stop');
  await t.throwsAsync(askTcp('127.0.0.1', port), { message: 'ECONNREFUSED' });
});

scenario('a UDP port is published', async (t, project) => {
  const echo = `const s = require("dgram").createSocket("udp4"); s.on("message", (m, r) => s.send("got " + m, r.port, r.address)); s.bind(53)`;
  project.compose(`services:
  dns: { command: [node, -e, '${echo}'], stop_grace_period: 0s, ports: ["53/udp"] }
`);
  await project.up();
  const port = await publishedAt(project, 'dns', '53', '--protocol', 'udp');
  for (const address of ['127.0.0.1', '::1', ownAddress('IPv4')])
    if (address !== undefined)
      t.is(await eventually(`${address} answers`, () => askUdp(address, port, 'x')), 'got x', address);
});

// Red without: `forgetConnections` in filter.ts. Connection tracking would send this client to the first holder.
withOutside('a client of a UDP port reaches the container that the port has moved to', async (t, project) => {
  const { neighbour } = await openOutside(t);
  const serve = (name: string, more: string): string => {
    const code = `const s = require("dgram").createSocket("udp4"); s.on("message", (m, r) => s.send("${name}", r.port, r.address)); s.bind(53)`;
    return `  ${name}: { command: [node, -e, '${code}'], stop_grace_period: 0s${more} }\n`;
  };
  const ports = ', ports: ["18053:53/udp"]';
  const ask = (): string =>
    neighbour.run('sh', '-c', `echo x | socat -t 1 - udp:${HOST}:18053,sourceport=40053`).trim();
  const asked = () => eventually('somebody answers', () => ask() || undefined);
  project.compose(`services:\n${serve('first', ports)}${serve('second', '')}`);
  await project.up();
  t.is(await asked(), 'first');
  project.compose(`services:\n${serve('first', '')}${serve('second', ports)}`);
  await project.up();
  t.is(await asked(), 'second');
});

withBusybox(
  'the record has the ports before the container starts, and inspect shows them',
  async (t, project) => {
    project.root();
    project.compose(`services:\n  web: { ${server('web')}, ports: ["127.0.0.1::80"], expose: [81] }\n`);
    await project.ok('create');
    const [{ ports }] = Object.values(recorded(project)) as { ports: { hostPort: number }[] }[] as [
      { ports: { hostPort: number; hostIp: string }[] },
    ];
    t.is(ports.length, 1);
    await t.throwsAsync(askTcp('127.0.0.1', ports[0]!.hostPort), { message: 'ECONNREFUSED' });
    await project.change('start');
    t.is(await publishedAt(project, 'web'), ports[0]!.hostPort);
    t.is(await project.ok('port', 'web', '81'), ':0\n', 'as Docker Compose');
  },
);

withBusybox('host_binding_ipv4 of the network is the address of ports that have none', async (t, project) => {
  project.root();
  project.compose(`services:
  web: { ${server('web')}, ports: ["80"] }
networks: { default: { driver_opts: { com.docker.network.bridge.host_binding_ipv4: 127.0.0.1 } } }
`);
  await project.up();
  t.regex(await project.ok('port', 'web', '80'), /^127\.0\.0\.1:/);
});

withBusybox('a port leads to a container of IPv6', async (t, project) => {
  project.root();
  project.compose(`services:
  web: { ${server('web')}, ports: ["80"] }
networks: { default: { enable_ipv6: true } }
`);
  await project.up();
  const port = await publishedAt(project, 'web');
  for (const address of ['127.0.0.1', '::1', ownAddress('IPv6')])
    if (address !== undefined) await answers(address, port, 'web');
  t.pass();
});

/** Red without: the call of `filter.publish` in published-ports.ts, as the relay has an address of the host. */
withOutside(
  'the outside reaches what is published, with its own address, and nothing else',
  async (t, project) => {
    const { neighbour } = await openOutside(t);
    const script =
      'const s = require("net").createServer((c) => c.end(c.remoteAddress)); s.listen(80, "0.0.0.0")';
    project.compose(`services:
  web:
    command: [node, -e, '${script}']
    ports: ["8080:80", "127.0.0.1:8081:80", "${HOST}:8082:80"]
    stop_grace_period: 0s
`);
    await project.up();
    const said = await eventually('it answers', () => neighbour.ask(HOST, 8080) || undefined);
    t.is(said, NEIGHBOUR);
    t.is(neighbour.ask(HOST, 8082), NEIGHBOUR);
    t.is(neighbour.ask(HOST, 8081), '', 'a port of loopback');
    t.is(neighbour.ask(HOST, 80), '');
    await project.change('stop');
    t.regex(neighbour.refusal(HOST, 8080), /Connection refused/, 'not left without an answer');
    await project.change('start');
    t.is(await eventually('it answers again', () => neighbour.ask(HOST, 8080) || undefined), NEIGHBOUR);
    await project.endSupervision();
    t.is(neighbour.ask(HOST, 8080), NEIGHBOUR, 'without a supervisor');
    // Red without: adoptPorts in adopt.ts; the relay alone would hide the address of the client.
    await project.ok('ps');
    t.is(neighbour.ask(HOST, 8080), NEIGHBOUR, 'under the next supervisor');
    await project.change('stop');
    t.is(neighbour.ask(HOST, 8080), '');
    await project.change('down');
  },
);

/** Red without: the ports in withRunOptions of run-options.ts. */
withBusybox('run publishes ports only when it is asked to', async (t, project) => {
  project.root();
  project.compose(`services:\n  web: { ${server('web')}, ports: ["127.0.0.1::80"] }\n`);
  const portsOf = async (...words: readonly string[]): Promise<string> => {
    await project.ok('run', '-d', '--name', 'once', ...words, 'web');
    const [row] = JSON.parse(await project.ok('ps', '-a', '--format', 'json-array'));
    if (row.Publishers.length > 0)
      await answers(row.Publishers[0].URL, row.Publishers[0].PublishedPort, 'web');
    await project.ok('down', '--remove-orphans');
    return row.Ports.replace(/:\d+->/, ':N->');
  };
  t.is(await portsOf(), '');
  t.is(await portsOf('-P'), '127.0.0.1:N->80/tcp');
  t.is(await portsOf('-p', '127.0.0.2::80'), '127.0.0.2:N->80/tcp');
  const { code, stderr } = await project.tscompose('run', '-p', '80:x', 'web');
  t.is(code, 1, stderr);
});

/**
 * Red without: SO_BINDTOIFINDEX in kernel/relay/control.ts. After connect(2) to itself, an IPv6 socket receives from no
 * other address, even when it is not connected any more.
 */
withOutside('IPv6 clients reach the TCP and UDP ports of a container without IPv6', async (t, project) => {
  const { neighbour, host } = await openOutside(t);
  host('ip', 'address', 'add', '2001:db8::1/64', 'dev', 'up0', 'nodad');
  neighbour.run('ip', 'address', 'add', '2001:db8::9/64', 'dev', 'e0', 'nodad');
  const echo = (listen: string) => `["socat", "${listen}:80,fork,reuseaddr", "SYSTEM:echo got it"]`;
  project.compose(`services:
  tcp: { command: ${echo('TCP-LISTEN')}, ports: ["8080:80"], stop_grace_period: 0s }
  udp:
    command: ${echo('UDP4-LISTEN')}
    ports: ["8080:80/udp", "[2001:db8::1]:8081:80/udp"]
    stop_grace_period: 0s
`);
  await project.up();
  for (const place of ['TCP6:[2001:db8::1]:8080', 'UDP6:[2001:db8::1]:8080', 'UDP6:[2001:db8::1]:8081'])
    for (const [whose, run] of Object.entries({ neighbour: neighbour.run, host }))
      await eventually(`${place} answers the ${whose}`, () => {
        if (run('sh', '-c', `echo ask | socat -t1 -T1 - ${place} || true`) !== 'got it\n')
          throw new Error('not yet');
        return true;
      });
  t.pass();
});

/** Red without: `explainNetworks` in cli/actions/explain.ts, or `publishing` in facts/networks-text.ts. */
withOutside('explain prints the packet filter that is in force then', async (t, project) => {
  const { neighbour, host } = await openOutside(t);
  // Where the host forwards, no interface of it has to be opened and guarded.
  host('sysctl', '-qw', 'net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1');
  project.root();
  project.compose(`services:
  web: { ${server('web')}, ports: ["8080:80", "${HOST}:8081:80/udp", "127.0.0.1:8082:80"], networks: [front, closed] }
networks: { front: { enable_ipv6: true }, closed: { internal: true } }
`);
  const explained = await project.ok('explain', 'web');
  await project.up();
  const commands = [...explained.matchAll(/^ +nft (.*)$/gm)].map(([, command]) => command!);
  t.is(commands[0], `add table inet tscompose-${project.name} { flags owner,persist; }`);
  // In one transaction nft(8) does not find the chains that elements name.
  for (const isElement of [false, true])
    neighbour.run(
      '/usr/sbin/nft',
      commands
        .filter((command) => command.startsWith('add element') === isElement)
        .join('\n')
        .replace(' { flags owner,persist; }', ''),
    );
  // The chains, maps and sets, each with what is in it.
  const listing = (run: typeof host): readonly string[] =>
    run('/usr/sbin/nft', '-s', 'list', 'ruleset')
      .replaceAll(/^\tflags owner.*\n| # progname .*$/gm, '')
      .split(/\n(?=\t\w+ \S+ \{)/)
      .map((text) => text.replace(/[\s}]*$/, ''))
      .toSorted();
  t.deepEqual(listing(host), listing(neighbour.run));
  t.true(listing(host).length > 20);
  for (const [, bridge] of explained.matchAll(/ip link add (\S+) address \S+ type bridge/g))
    t.regex(host('ip', 'link', 'show', bridge!), /UP/);
});
