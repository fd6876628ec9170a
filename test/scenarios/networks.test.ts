import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { openRoute } from '../../src/engine/networks/rtnetlink.ts';
import { linkDel } from '../../src/kernel/netlink/link.ts';
import { eventually } from './harness/eventually.ts';
import { namespaceOf, readIfThere } from './harness/host.ts';
import type { Project } from './harness/project.ts';
import { needs, scenario } from './harness/scenario.ts';
import { stays } from './harness/yaml.ts';

const withBusybox = needs('busybox');

/** Says its name to everybody who connects. */
const server = (name: string) =>
  `command: [nc, -ll, -p, "80", -e, echo, ${name}], rootfs: ./root, stop_grace_period: 0s`;
const client = 'command: [sleep, "1000"], rootfs: ./root, stop_grace_period: 0s';

withBusybox(
  'services reach each other by service name, container name and hostname, over veth [kernel]',
  async (t, project) => {
    project.root();
    project.compose(`services:
  web: { ${client} }
  db: { ${server('db')}, hostname: lantern, domainname: example.org, container_name: ${project.name}-store }
`);
    await project.up();
    const names = ['db', 'db-1', `${project.name}-store`, 'lantern', 'lantern.example.org'];
    for (const name of names) {
      const said = await eventually(`${name} answers`, () =>
        project.exec('web', 'nc', '-w', '2', name, '80'),
      );
      t.is(said, 'db', name);
    }
    t.is(await project.exec('db', 'hostname'), 'lantern');
    t.is(await project.exec('db', 'cat', '/proc/sys/kernel/domainname'), 'example.org');
    const { Pid } = await project.container('web');
    t.not(namespaceOf(Pid, 'net'), namespaceOf('self', 'net'));
    t.regex(await project.exec('web', 'ip', '-o', 'addr'), /eth0 +inet \d+\.\d+\.\d+\.\d+\/\d+/);
    t.regex(await project.exec('web', 'ip', '-o', 'link'), /lo: <LOOPBACK,UP/);
  },
);

scenario('with the host root the node that runs tscompose serves and asks', async (t, project) => {
  const serve = 'require("http").createServer((_, r) => r.end("hello")).listen(80)';
  const ask = 'fetch("http://web").then((r) => r.text()).then(console.log)';
  project.compose(`services:
  web: { command: [node, -e, '${serve}'], stop_grace_period: 0s }
  ask: { command: [node, -e, '${ask}'], depends_on: [web] }
`);
  await project.up('web');
  await eventually('it answers', async () => (await project.ok('run', '--rm', 'ask')) === 'hello\n', 20);
  t.pass();
});

withBusybox('networks isolate also where the host forwards', async (t, project) => {
  project.root();
  project.compose(`services:
  front: { ${client}, networks: [one] }
  back: { ${server('back')}, networks: [two] }
networks: { one: , two: }
`);
  // In a network namespace of its own, so that the host stays as it is.
  const words = `echo 1 > /proc/sys/net/ipv4/ip_forward; exec ${project.command('up', '-d')}`;
  const { code, stderr } = await project.launch('unshare', ['-n', 'sh', '-c', words]).ended;
  t.is(code, 0, stderr);
  const address = await project.exec('back', 'hostname', '-i');
  await eventually('it answers itself', () => project.exec('back', 'nc', '-w', '2', address, '80'));
  t.not((await project.attempt('front', 'nc', '-w', '1', address, '80')).code, 0);
});

withBusybox('networks isolate: who shares none cannot reach each other', async (t, project) => {
  project.root();
  project.compose(`services:
  front: { ${client}, networks: [one] }
  both: { ${server('both')}, networks: [one, two] }
  back: { ${server('back')}, networks: [two] }
networks: { one: , two: }
`);
  await project.up();
  await eventually('both answers', () => project.exec('front', 'nc', '-w', '2', 'both', '80'));
  const address = await project.exec('back', 'hostname', '-i');
  t.not((await project.attempt('front', 'nc', '-w', '1', address, '80')).code, 0);
  t.is((await project.exec('both', 'ls', '/sys/class/net')).split('\n').join(' '), 'eth0 eth1 lo');
});

withBusybox('a subnet and a gateway that are given are those that are used', async (t, project) => {
  project.root();
  project.compose(`services:
  web: { ${client} }
networks:
  default: { name: ${project.name}-named, ipam: { config: [{ subnet: 10.213.27.0/24, gateway: 10.213.27.99 }] } }
`);
  await project.up();
  t.regex(await project.exec('web', 'ip', '-4', '-o', 'addr', 'show', 'eth0'), /inet 10\.213\.27\.\d+\/24/);
  t.regex(await project.exec('web', 'ip', 'route'), /default via 10\.213\.27\.99 dev eth0/);
  t.is((await project.container('web')).Networks, `${project.name}-named`);
  t.is((await project.attempt('web', 'ping', '-c', '1', '-w', '2', '10.213.27.99')).code, 0);
});

withBusybox(
  'subnets that are chosen collide with no route of the host, and stay the same',
  async (t, project) => {
    project.root();
    project.compose(`services:\n  web: { ${client} }\n`);
    // In network namespaces of their own: on the host the routes of other projects come and go.
    const subnetWith = async (first: string): Promise<string> => {
      const words = `ip link set lo up; ${first} exec ${project.command('up', '-d')}`;
      const { code, stderr } = await project.launch('unshare', ['-n', 'sh', '-c', words]).ended;
      t.is(code, 0, stderr);
      const subnet = await subnetOf(project);
      await project.takeDown();
      return subnet;
    };
    const chosen = await subnetWith('');
    t.is(await subnetWith(''), chosen);
    const other = await subnetWith(`ip route add ${chosen} dev lo;`);
    t.false(overlap(blockOf(chosen), blockOf(other)));
  },
);

// Red without: `connectContainer`, the undo of `disconnect`, `moveContainers` or its undo in engine/operations/perform.ts,
// or `interfaceSettings` in engine/containers/network/connections.ts.
withBusybox(
  'a network changes: running containers move to it and run on, and move back after a failure',
  async (t, project) => {
    project.root();
    project.write('data/broken', '#!/no/such/interpreter\n', 0o755);
    const martians = 'com.docker.network.endpoint.sysctls: net.ipv4.conf.IFNAME.log_martians=1';
    const yaml = (subnet: string, more = '') => `services:
  web: { ${client}, networks: { one: { driver_opts: { ${martians} } }, two: } }
  db: { ${server('db')}, networks: [one] }
  idle: { ${client}, networks: [one] }
${more}networks:
  one: { ipam: { config: [{ subnet: ${subnet} }] } }
  two:
`;
    const broken = `  broken: { command: [/data/broken], volumes: ["./data:/data"], rootfs: ./root, depends_on: [db], networks: [one] }\n`;
    // The kernel gives a new interface the next free index.
    const look = async (): Promise<readonly string[]> => {
      const text = await project.exec(
        'web',
        'sh',
        '-c',
        'ip -4 -o addr; ip route; cat /etc/hosts; grep . /proc/sys/net/ipv4/conf/*/log_martians; nc -w 5 db 80',
      );
      return text
        .replaceAll(/^\d+: /gm, '')
        .split('\n')
        .sort();
    };
    const ids = async () => (await project.containers()).map(({ ID, Pid }) => [ID, Pid]);

    project.compose(yaml('10.213.21.0/24'));
    await project.up();
    await project.change('stop', 'idle');
    const [seen, running] = [await eventually('db answers', look), await ids()];

    project.compose(yaml('10.213.22.0/24', broken));
    const failed = await project.tscompose('up', '-d', 'web', 'broken');
    t.is(failed.code, 127, failed.stderr);
    t.deepEqual(await ids(), running);
    t.deepEqual(await look(), seen);

    project.compose(yaml('10.213.22.0/24'));
    const { stderr: dry } = await project.tscompose('--dry-run', 'up', '-d', 'web', 'db');
    t.regex(dry, /-web-1 Disconnected.*Network \S+_one Recreated.*-web-1 Connected/s);
    await project.up('web', 'db');
    t.deepEqual(await ids(), running);
    const moved = seen.map((line) => line.replaceAll('10.213.21.', '10.213.22.'));
    t.deepEqual(await look(), moved);

    await project.change('start', 'idle');
    t.is(await project.exec('idle', 'nc', '-w', '5', 'db', '80'), 'db');
    await project.change('restart', 'web');
    t.deepEqual(await look(), moved);
  },
);

withBusybox('a recreated container keeps its address, and others find it', async (t, project) => {
  project.root();
  project.compose(`services:\n  web: { ${client} }\n  db: { ${server('old')} }\n`);
  await project.up();
  const address = await project.exec('db', 'hostname', '-i');
  project.compose(
    `services:\n  web: { ${client} }\n  db: { ${server('new')} }\n  late: { ${server('late')} }\n`,
  );
  await project.up();
  t.is(await project.exec('db', 'hostname', '-i'), address);
  t.is(await eventually('it answers', () => project.exec('web', 'nc', '-w', '2', 'db', '80')), 'new');
  t.is(await eventually('it answers', () => project.exec('web', 'nc', '-w', '2', 'late', '80')), 'late');
});

for (const what of ['the bridge', 'the cable of a container'] as const)
  withBusybox(
    `${what} is removed by somebody: up makes it again, and the containers run on`,
    async (t, project) => {
      project.root();
      project.compose(`services:\n  web: { ${client} }\n  db: { ${server('db')} }\n`);
      await project.up();
      const [before, bridge] = [await project.containers(), bridgeOf(project.name)];
      const port = readdirSync(`/sys/class/net/${bridge}/brif`)[0]!;
      await project.exec('web', 'sh', '-c', 'echo mine >/mine');
      removeLink(what === 'the bridge' ? bridge : port);
      const { code, stderr } = await project.tscompose('up', '-d');
      t.is(code, 0, stderr);
      t.is(await eventually('it answers', () => project.exec('web', 'nc', '-w', '2', 'db', '80')), 'db');
      t.is(await project.exec('web', 'cat', '/mine'), 'mine');
      t.deepEqual(
        (await project.containers()).map(({ ID, Pid, Networks }) => [ID, Pid, Networks]),
        before.map(({ ID, Pid, Networks }) => [ID, Pid, Networks]),
      );
      const pids = before.map(({ Pid }) => Pid);
      await project.up();
      t.deepEqual(
        (await project.containers()).map(({ Pid }) => Pid),
        pids,
        'nothing is missing now',
      );
    },
  );

withBusybox('a restart makes a bridge again that somebody has removed', async (t, project) => {
  project.root();
  project.compose(`services:\n  web: { ${client} }\n  db: { ${server('db')} }\n`);
  await project.up();
  removeLink(bridgeOf(project.name));
  await project.change('restart');
  t.is(await eventually('it answers', () => project.exec('web', 'nc', '-w', '2', 'db', '80')), 'db');
});

withBusybox('IPv6 is off where a network has none', async (t, project) => {
  project.root();
  project.compose(`services:\n  web: { ${client} }\n`);
  await project.up();
  t.notRegex(await project.exec('web', 'ip', '-o', 'addr', 'show', 'eth0'), /inet6/);
  if (!existsSync('/proc/sys/net/ipv6')) return;
  const inside = ['all', 'default', 'eth0'].map((name) => `/proc/sys/net/ipv6/conf/${name}/disable_ipv6`);
  t.is(await project.exec('web', 'cat', ...inside), '1\n1\n1');
  // ip-sysctl.rst, addr_gen_mode: 1 makes no link-local address, which everybody on the network could reach.
  const bridge = bridgeOf(project.name);
  t.is(readFileSync(`/proc/sys/net/ipv6/conf/${bridge}/addr_gen_mode`, 'utf8'), '1\n');
  t.false(readFileSync('/proc/net/if_inet6', 'utf8').includes(bridge));
});

scenario('interfaces on the host say whose they are', async (t, project) => {
  project.compose(`services:\n  web: { ${stays()} }\n`);
  await project.up();
  const aliases = readdirSync('/sys/class/net').map((name) => readIfThere(`/sys/class/net/${name}/ifalias`));
  t.true(aliases.includes(`tscompose/${project.name}/default\n`));
});

/** The bridge of a project's default network. */
const bridgeOf = (project: string): string =>
  readdirSync('/sys/class/net').find(
    (name) =>
      readFileSync(`/sys/class/net/${name}/ifalias`, 'utf8').trim() === `tscompose/${project}/default`,
  )!;

/** As `ip link del`. */
const removeLink = (name: string): void => {
  const errno = openRoute().request(linkDel(name));
  if (errno !== 0) throw new Error(`${name}: errno ${errno}`);
};

type Block = { readonly address: number; readonly prefix: number };

/** Of the only network of `web`, as `172.20.0.0/20`. */
async function subnetOf(project: Project): Promise<string> {
  const [, subnet = ''] = /^(\S+\/\d+) dev eth0/m.exec(await project.exec('web', 'ip', 'route')) ?? [];
  if (subnet === '') throw new Error('web has no network');
  return subnet;
}

const blockOf = (subnet: string): Block => {
  const [address = '', prefix = ''] = subnet.split('/');
  return {
    address: address.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0),
    prefix: Number(prefix),
  };
};

const overlap = (a: Block, b: Block): boolean => {
  const size = 2 ** (32 - Math.min(a.prefix, b.prefix));
  return Math.floor(a.address / size) === Math.floor(b.address / size);
};
