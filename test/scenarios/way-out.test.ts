import { existsSync, readFileSync } from 'node:fs';
import { eventually } from './harness/eventually.ts';
import { HOST, NEIGHBOUR, OTHER, openOutside } from './harness/outside.ts';
import { needs } from './harness/scenario.ts';

const withTools = needs('busybox', 'nft', 'socat');

/** Says its name to everybody who connects. */
const server = (name: string) =>
  `command: [nc, -ll, -p, "80", -e, echo, ${name}], rootfs: ./root, stop_grace_period: 0s`;
const client = 'command: [sleep, "1000"], rootfs: ./root, stop_grace_period: 0s';

const setting = (name: string): string => readFileSync(`/proc/sys/net/ipv4/${name}`, 'utf8').trim();

withTools(
  'containers reach the outside with the address of the host, which becomes no router',
  async (t, project) => {
    const { neighbour, other, host } = await openOutside(t);
    await neighbour.serve(7000);
    await other.serve(7000);
    project.root();
    project.compose(`services:\n  web: { ${client} }\n  db: { ${server('db')} }\n`);
    t.is(setting('ip_forward'), '0');
    t.is(neighbour.ask(OTHER, 7000), '');
    await project.up();
    for (const address of [NEIGHBOUR, OTHER])
      t.is(
        await project.exec('web', 'nc', '-w', '2', address, '7000'),
        address === OTHER ? 'from 203.0.113.1' : `from ${HOST}`,
      );
    t.is(setting('ip_forward'), '0');
    t.deepEqual(
      ['up0', 'up1'].map((name) => setting(`conf/${name}/forwarding`)),
      ['1', '1'],
    );
    // Red without: the guard of opened interfaces.
    t.is(neighbour.ask(OTHER, 7000), '', 'from one link of the host to the other');

    // Red without: the drop of packets to addresses of containers, and without the chain of a network.
    const address = (await project.exec('db', 'hostname', '-i')).trim();
    t.is(await project.exec('web', 'nc', '-w', '2', address, '80'), 'db');
    t.is(neighbour.ask(address, 80), '', 'a neighbour asks the address of a container');

    // Somebody else makes a router of the host, and stops it again.
    host('sysctl', '-qw', 'net.ipv4.ip_forward=1');
    await eventually('the guard is lifted', () => {
      if (neighbour.ask(OTHER, 7000) === '') throw new Error('it is still there');
      return true;
    });
    t.is(await project.exec('web', 'nc', '-w', '2', NEIGHBOUR, '7000'), `from ${HOST}`);
    host('sysctl', '-qw', 'net.ipv4.ip_forward=0');
    await eventually('the way is open again', async () => {
      const said = await project.exec('web', 'nc', '-w', '2', NEIGHBOUR, '7000').catch(() => '');
      if (said !== `from ${HOST}`) throw new Error('not yet');
      return true;
    });
    t.is(neighbour.ask(OTHER, 7000), '');

    // An interface that comes later.
    host('ip', 'link', 'add', 'vpn0', 'type', 'veth', 'peer', 'name', 'vpn1');
    host('ip', 'link', 'set', 'vpn0', 'up');
    host('ip', 'addr', 'add', '10.9.8.1/24', 'dev', 'vpn0');
    await eventually('a new interface is opened', () => {
      if (setting('conf/vpn0/forwarding') !== '1') throw new Error('not yet');
      return true;
    });

    // It has a route to an address of the network. Red without: `onChange` in forwarding.ts, or `leave` in open-context.ts.
    host('ip', 'route', 'add', `${address}/32`, 'dev', 'vpn0');
    const collision = new RegExp(`subnet-overlap.*the network .default.[\\s\\S]*${address}/32 dev vpn0`);
    await eventually('the next command tells of it', async () =>
      collision.test((await project.tscompose('ps')).stderr),
    );
    // Red without: `tellCollisions` in up.ts.
    process.kill(project.supervisor()!, 'SIGKILL');
    t.regex((await project.tscompose('up', '-d')).stderr, collision);
    t.notRegex((await project.tscompose('up', '-d')).stderr, /subnet-overlap/, 'it is told once');

    await project.change('down');
    await eventually('the host is as before', () => {
      const left = ['up0', 'up1', 'vpn0'].map((name) => setting(`conf/${name}/forwarding`));
      if (left.includes('1')) throw new Error(left.join());
      return true;
    });
    t.is(host('/usr/sbin/nft', 'list', 'ruleset'), '');
  },
);

// Red without: `disable_ipv6` of the bridge in bridges.ts, and `!internal` in `settle` of forwarding.ts.
withTools(
  'IPv6 where the host turns it off for new interfaces; the host forwards for no internal network',
  async (t, project) => {
    const { host } = await openOutside(t);
    host('sysctl', '-qw', 'net.ipv6.conf.default.disable_ipv6=1');
    project.root();
    project.compose(`services:
  web: { ${client}, networks: [six, closed] }
  db: { ${client}, networks: [six] }
networks: { six: { enable_ipv6: true }, closed: { internal: true } }
`);
    await project.up();
    await project.exec('web', 'ping', '-6', '-c', '1', '-W', '5', 'db');
    const record = readFileSync(project.path('.state', project.name, 'project.json'), 'utf8');
    const { six, closed } = JSON.parse(record).networks;
    t.is(setting(`conf/${six.bridge}/forwarding`), '1');
    t.is(setting(`conf/${closed.bridge}/forwarding`), '0');
  },
);

withTools(
  'IPv6: the way out is open, the host becomes no router, and a published port shows the address of its client',
  async (t, project) => {
    const { neighbour, other, host } = await openOutside(t);
    for (const [machine, link, net] of [
      [neighbour, 'up0', '2001:db8:1:'],
      [other, 'up1', '2001:db8:2:'],
    ] as const) {
      host('ip', 'addr', 'add', `${net}:1/64`, 'dev', link, 'nodad');
      machine.run('ip', 'addr', 'add', `${net}:9/64`, 'dev', 'e0', 'nodad');
      machine.run('ip', 'route', 'add', 'default', 'via', `${net}:1`);
    }
    project.compose(`services:
  web:
    command: [socat, "TCP6-LISTEN:80,fork,reuseaddr", "SYSTEM:echo from $$SOCAT_PEERADDR"]
    stop_grace_period: 0s
    ports: ["[::]:8080:80", "[2001:db8:1::1]:8081:80"]
networks: { default: { enable_ipv6: true } }
`);
    await project.up();
    const ping = ['busybox', 'ping', '-6', '-c', '1', '-W', '2', '2001:db8:2::9'] as const;
    // Before Linux 6.17, the settings of interfaces open no way.
    if (existsSync('/proc/sys/net/ipv6/conf/default/force_forwarding')) {
      await eventually('the way out is open', () => project.exec('web', ...ping));
      for (const link of ['up0', 'up1'])
        t.is(readFileSync(`/proc/sys/net/ipv6/conf/${link}/force_forwarding`, 'utf8').trim(), '1', link);
    }
    // Red without: the guard of opened interfaces for 6 of VERSIONS in ruleset.ts.
    t.throws(() => neighbour.run(...ping), undefined, 'from one link of the host to the other');
    // Red without: the rule of `any6` for the first, that of `ports6` for the second; a relay would answer.
    for (const port of [8080, 8081])
      t.is(
        await eventually('it answers', () => neighbour.ask('[2001:db8:1::1]', port) || undefined),
        'from [2001:0db8:0001:0000:0000:0000:0000:0009]',
      );
  },
);
