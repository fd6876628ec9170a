import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import type { ExecutionContext } from 'ava';
import { eventually } from './harness/eventually.ts';
import { HOST, NEIGHBOUR, OTHER, type Outside, openOutside } from './harness/outside.ts';
import type { Project } from './harness/project.ts';
import { needs } from './harness/scenario.ts';

const withTools = needs('busybox', 'nft', 'socat');

/** Answers with the address of the client. */
const server =
  'command: [socat, "TCP-LISTEN:80,fork,reuseaddr", "SYSTEM:echo from $$SOCAT_PEERADDR"], stop_grace_period: 0s';
const client = 'command: [sleep, "1000"], rootfs: ./root, stop_grace_period: 0s';

/** Two networks, an internal one, and a second project; a program of the host listens on 9999. */
const machine = async (t: ExecutionContext, project: Project) => {
  const outside = await openOutside(t);
  project.root();
  project.compose(`services:
  web: { ${server}, ports: ["8080:80", "127.0.0.1:8081:80"] }
  asker: { ${client} }
  back: { ${client}, networks: [back] }
  hidden: { ${server}, networks: [hidden], ports: ["8082:80"] }
  beside: { ${client}, networks: [hidden], cap_add: [NET_ADMIN] }
networks:
  back:
  hidden: { internal: true }
`);
  project.compose(`name: ${project.name}-other\nservices:\n  guest: { ${client} }\n`, 'other.yaml');
  project.alsoTakeDown(`${project.name}-other`);
  await project.up();
  await project.ok('-f', 'other.yaml', 'up', '-d');
  const listener = spawn('socat', ['TCP4-LISTEN:9999,fork,reuseaddr', 'SYSTEM:echo host'], {
    stdio: 'ignore',
  });
  t.teardown(() => void listener.kill('SIGKILL'));
  const guest = async (...command: readonly string[]): Promise<string> =>
    (await project.ok('-p', `${project.name}-other`, 'exec', 'guest', ...command)).trim();
  const addressOf = async (service: string): Promise<string> =>
    /inet ([\d.]+)/.exec(await project.exec(service, 'ip', '-o', '-4', 'addr', 'show', 'eth0'))![1]!;
  await eventually('the server answers', () => project.exec('asker', 'nc', '-w', '2', 'web', '80'));
  return { ...outside, guest, addressOf };
};

const ask = (address: string, port: number): readonly string[] => ['nc', '-w', '1', address, String(port)];

/** What was said, or nothing. */
const heard = (said: Promise<string>): Promise<string> => said.catch(() => '');

const gatewayOf = (address: string): string => address.replace(/\d+$/, '1');

const hostAsks = ({ host }: Outside, address: string, port: number): string => {
  try {
    return host('socat', '-T20', '-', `TCP:${address}:${port},connect-timeout=1`).trim();
  } catch {
    return '';
  }
};

for (const isRouter of [false, true])
  withTools(
    `who reaches whom, where the host ${isRouter ? 'forwards' : 'does not forward'}`,
    async (t, project) => {
      const all = await machine(t, project);
      const { neighbour, host, guest, addressOf } = all;
      if (isRouter) host('sysctl', '-qw', 'net.ipv4.ip_forward=1');
      const [web, hidden] = [await addressOf('web'), await addressOf('hidden')];
      neighbour.run('ip', 'route', 'replace', '172.16.0.0/12', 'via', HOST);

      // Published ports keep the address of the client.
      t.regex(neighbour.ask(HOST, 8080), /^from 198\.51\.100\.9$/);
      t.regex(hostAsks(all, HOST, 8080), /^from /, 'the host asks its own address');
      t.regex(hostAsks(all, web, 80), /^from /, 'the host asks the container');
      t.regex(await heard(project.exec('asker', ...ask(HOST, 8080))), /^from /, 'through the host and back');
      // Red without: `back` in masqueradeRules.
      const itself = ['socat', '-T20', '-', `TCP:${HOST}:8080,connect-timeout=1`];
      t.regex(
        await heard(project.exec('web', ...itself)),
        /^from /,
        'its own port, through the host and back',
      );
      t.regex(await heard(project.exec('back', ...ask(HOST, 8080))), /^from /, 'from another network');
      t.regex(await heard(guest(...ask(HOST, 8080))), /^from /, 'from another project');
      t.is(await heard(project.exec('asker', ...ask(gatewayOf(web), 9999))), 'host', 'a program of the host');
      t.is(hostAsks(all, gatewayOf(web), 9999), 'host', 'the host asks its address on the bridge');

      // CVE-2025-67499: the same port of a machine elsewhere. Red without: `destinationIsLocal` in ruleset.ts, in the
      // first rule and in the second one.
      t.is(await heard(project.exec('asker', ...ask(OTHER, 8080))), '');
      t.is(hostAsks(all, OTHER, 8080), '');

      // Red without: the drop of packets to addresses of networks.
      t.is(neighbour.ask(web, 80), '', 'a neighbour asks the container');
      t.is(neighbour.ask(gatewayOf(web), 9999), '', 'a neighbour asks the address on the bridge');
      t.is(await heard(guest(...ask(web, 80))), '', 'another project asks the container');
      t.is(await heard(guest(...ask(gatewayOf(web), 9999))), '', 'another project asks the other bridge');
      t.is(await heard(project.exec('back', ...ask(web, 80))), '', 'another network asks the container');
      // Red without: the last rule of toChain.
      const [{ Pid: pid } = { Pid: 0 }] = await project.containers('web');
      host('nsenter', '-t', `${pid}`, '-n', 'ip', 'addr', 'add', '10.99.9.9/32', 'dev', 'lo');
      host('ip', 'route', 'add', '10.99.9.9', 'via', web);
      neighbour.run('ip', 'route', 'add', '10.99.9.9', 'via', HOST);
      t.regex(hostAsks(all, '10.99.9.9', 80), /^from /);
      t.is(neighbour.ask('10.99.9.9', 80), '', 'a neighbour asks for what is behind the container');

      // Red without: the drop of what leaves an internal network in networkElements, where it has made itself a way out.
      const seen =
        'table ip seen { chain in { type filter hook input priority 0; icmp type echo-request counter; }; }';
      neighbour.run('/usr/sbin/nft', `add ${seen}`);
      await project.exec('beside', 'ip', 'route', 'add', 'default', 'via', gatewayOf(hidden));
      await heard(project.exec('beside', 'ping', '-c', '1', '-W', '1', NEIGHBOUR));
      t.regex(neighbour.run('/usr/sbin/nft', 'list', 'table', 'ip', 'seen'), /packets 0 /);
      await heard(project.exec('asker', 'ping', '-c', '1', '-W', '1', NEIGHBOUR));
      t.regex(neighbour.run('/usr/sbin/nft', 'list', 'table', 'ip', 'seen'), /packets 1 /);

      // Red without: the drop of what leaves an internal network, and of what enters it.
      t.is(await heard(project.exec('beside', ...ask(hidden, 80))).then((said) => said.slice(0, 4)), 'from');
      t.is(await heard(project.exec('beside', ...ask(web, 80))), '');
      t.is(neighbour.ask(HOST, 8082), '', 'a port of an internal network');

      // CVE-2020-15257: containers with the host's network would reach them.
      t.notRegex(host('cat', '/proc/thread-self/net/unix'), / @/, 'no abstract sockets');
    },
  );

// Red without: the verdict from nets6 in baseMessages.
withTools(
  'a neighbour reaches the published port of a container of IPv6, and not its address',
  async (t, project) => {
    const { neighbour, host } = await openOutside(t);
    host('sysctl', '-qw', 'net.ipv6.conf.all.forwarding=1');
    host('ip', 'addr', 'add', '2001:db8:1::1/64', 'dev', 'up0', 'nodad');
    neighbour.run('ip', 'addr', 'add', '2001:db8:1::9/64', 'dev', 'e0', 'nodad');
    neighbour.run('ip', 'route', 'add', 'fc00::/7', 'via', '2001:db8:1::1');
    project.compose(`services:
  web: { command: [socat, "TCP6-LISTEN:80,fork,reuseaddr", "SYSTEM:echo six"], stop_grace_period: 0s, ports: ["[::]:8080:80"] }
networks: { default: { enable_ipv6: true } }
`);
    await project.up();
    const [, address] = /inet6 (f[cd][\da-f:]+)/.exec(
      await project.exec('web', 'ip', '-o', '-6', 'addr', 'show', 'eth0'),
    )!;
    const ask6 = (of: string, port: number): string => neighbour.ask(`[${of}]`, port);
    t.is(await eventually('it answers', () => ask6('2001:db8:1::1', 8080) || undefined), 'six');
    t.is(ask6(address!, 80), '');
    const gateway = /default via (\S+)/.exec(await project.exec('web', 'ip', '-6', 'route'))![1]!;
    const listener = spawn('socat', ['TCP6-LISTEN:9999,fork,reuseaddr', 'SYSTEM:echo host'], {
      stdio: 'ignore',
    });
    t.teardown(() => void listener.kill('SIGKILL'));
    t.is(await eventually('the host answers', () => ask6('2001:db8:1::1', 9999) || undefined), 'host');
    t.is(ask6(gateway, 9999), '', 'the address on the bridge');
  },
);

withTools(
  'a port on a loopback address of the host is not there for a neighbour that forges packets to it',
  async (t, project) => {
    const all = await machine(t, project);
    const { neighbour } = all;
    neighbour.run('sysctl', '-qw', 'net.ipv4.conf.all.route_localnet=1');
    for (const route of ['127.0.0.0/8', '127.0.0.1'])
      neighbour.run('ip', 'route', 'del', 'table', 'local', 'local', route, 'dev', 'lo');
    neighbour.run('ip', 'route', 'add', '127.0.0.0/8', 'via', HOST, 'dev', 'e0', 'src', '198.51.100.9');
    t.regex(
      await eventually('the relay answers', () => {
        const said = hostAsks(all, '127.0.0.1', 8081);
        if (said === '') throw new Error('not yet');
        return said;
      }),
      /^from /,
    );
    // Red without: route_localnet being 0.
    t.is(neighbour.ask('127.0.0.1', 8081), '');
    t.is(neighbour.ask(HOST, 8081), '');
    for (const name of readdirSync('/proc/sys/net/ipv4/conf'))
      t.is(readFileSync(`/proc/sys/net/ipv4/conf/${name}/route_localnet`, 'utf8').trim(), '0', name);
  },
);

withTools(
  'kill -9 of the supervisor: published ports go on, and the next command takes the table over',
  async (t, project) => {
    const all = await machine(t, project);
    const { neighbour, host } = all;
    process.kill(project.supervisor()!, 'SIGKILL');
    t.regex(neighbour.ask(HOST, 8080), /^from 198\.51\.100\.9$/);
    await project.ok('ps');
    t.regex(neighbour.ask(HOST, 8080), /^from 198\.51\.100\.9$/);
    // Red without: the owner of the table.
    host('/usr/sbin/nft', 'flush', 'ruleset');
    t.regex(neighbour.ask(HOST, 8080), /^from 198\.51\.100\.9$/);
    await project.changeAtOnce('stop', 'web');
    t.is(neighbour.ask(HOST, 8080), '');
    await project.changeAtOnce('down');
    t.notRegex(host('/usr/sbin/nft', 'list', 'tables'), new RegExp(`${project.name}\\n`));
  },
);
