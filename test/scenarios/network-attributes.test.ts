import { existsSync, readFileSync } from 'node:fs';
import test from 'ava';
import type { ContainerDetails } from '../../src/api/calls/containers.ts';
import { openRoute } from '../../src/engine/networks/rtnetlink.ts';
import { linkAddBridge, linkDel, linkSet } from '../../src/kernel/netlink/link.ts';
import { callSupervisor } from './harness/control.ts';
import { eventually } from './harness/eventually.ts';
import { namespaceOf } from './harness/host.ts';
import { openOutside } from './harness/outside.ts';
import type { Project } from './harness/project.ts';
import { needs } from './harness/scenario.ts';

const withBusybox = needs('busybox');

const client = 'command: [sleep, "1000"], rootfs: ./root, stop_grace_period: 0s';
const server = (name: string) =>
  `command: [nc, -ll, -p, "80", -e, echo, ${name}], rootfs: ./root, stop_grace_period: 0s`;

const withIpv6: typeof withBusybox = existsSync('/proc/sys/net/ipv6')
  ? withBusybox
  : (title) => test.skip(`${title} (IPv6)`, () => {});

const answers = (project: Project, from: string, address: string): Promise<string> =>
  eventually(`${address} answers`, () => project.exec(from, 'nc', '-w', '2', address, '80'));

const isSilent = async (project: Project, from: string, address: string): Promise<boolean> =>
  (await project.attempt(from, 'nc', '-w', '1', address, '80')).code !== 0;

const inspect = async (project: Project, service: string): Promise<ContainerDetails> => {
  const { ID } = await project.container(service);
  const { text } = await callSupervisor(project, { path: `/containers/${ID}/json` });
  return JSON.parse(text);
};

const inside = (project: Project, service: string, words: string): Promise<string> =>
  project.exec(service, 'sh', '-c', words);

withBusybox(
  'fixed addresses, ranges, priorities, names of interfaces, MTU: all that the file asks for is so inside',
  async (t, project) => {
    project.root();
    const bridge = `nb${project.name.slice(-8)}`;
    project.compose(`services:
  web:
    command: [sleep, "1000"]
    rootfs: ./root
    stop_grace_period: 0s
    mac_address: 02:42:ac:11:65:43
    networks:
      back: { ipv4_address: 10.213.50.77, gw_priority: 2 }
      front:
        priority: 5
        interface_name: lan.0
        driver_opts: { com.docker.network.endpoint.sysctls: "net.ipv4.conf.IFNAME.log_martians=1" }
      closed: { mac_address: "02-42-AC-11-65-44" }
  db: { ${client}, networks: [back] }
  closed: { ${client}, networks: [closed] }
networks:
  front: { driver_opts: { com.docker.network.driver.mtu: 1400, com.docker.network.bridge.name: ${bridge} } }
  back:
    ipam:
      config:
        - { subnet: 10.213.50.0/24, ip_range: 10.213.50.240/32, aux_addresses: { router: 10.213.50.9 } }
        - { subnet: 10.213.51.0/24 }
  closed: { internal: true }
`);
    await project.up();
    const addresses = await inside(project, 'web', 'ip -4 -o addr; ip -o link');
    t.regex(addresses, /2: lan\.0 +inet /);
    t.regex(addresses, /2: lan\.0@.* mtu 1400 .*ether 02:42:ac:11:65:43/);
    t.regex(addresses, /3: eth0 +inet 10\.213\.50\.77\/24/);
    t.regex(addresses, /4: eth1@.*ether 02:42:ac:11:65:44/);
    const martians = '/proc/sys/net/ipv4/conf/lan.0/log_martians /proc/sys/net/ipv4/conf/eth0/log_martians';
    t.is(await inside(project, 'web', `cat ${martians}`), '1\n0');
    const routes = await inside(project, 'web', 'ip route');
    t.regex(routes, /^default via 10\.213\.50\.1 dev eth0/m);
    t.regex(routes, /^10\.213\.51\.0\/24 dev eth0 scope link/m);
    t.regex(await inside(project, 'db', 'ip -4 -o addr show eth0'), /inet 10\.213\.50\.240\/24/);
    t.notRegex(await inside(project, 'closed', 'ip route'), /default/);
    t.regex(readFileSync(`/sys/class/net/${bridge}/ifalias`, 'utf8'), new RegExp(project.name));
    t.is(readFileSync(`/sys/class/net/${bridge}/mtu`, 'utf8'), '1400\n');

    // A container of `run` has none of what belongs to that of the service.
    const one = await project.ok('run', '--rm', 'web', 'sh', '-c', 'ip -4 -o addr; ip -o link');
    t.notRegex(one, /10\.213\.50\.77|02:42:ac:11:65:4/);
    t.regex(one, /10\.213\.51\.2\/24/);

    // Every address is used; who asks for more is told before anything is made.
    project.compose(`services:
  a: { ${client}, networks: [back] }
  b: { ${client}, networks: [back] }
networks:
  back: { ipam: { config: [{ subnet: 10.213.50.0/24, ip_range: 10.213.50.240/32 }] } }
`);
    await project.ok('down', '--remove-orphans');
    const full = await project.tscompose('up', '-d');
    t.is(full.code, 1);
    t.regex(full.stderr, /no address left in 10\.213\.50\.240\/32/);
    t.deepEqual(await project.containers(), []);
  },
);

withIpv6('IPv6: addresses, names, ways, and the same containers when it is turned on', async (t, project) => {
  project.root();
  const yaml = (first: string) => `services:
  web: { ${client}, networks: [one, only6] }
  db: { ${server('db')}, networks: [one, only6] }
networks:
  one: { ${first} }
  only6: { enable_ipv4: false, enable_ipv6: true }
`;
  project.compose(yaml(''));
  await project.up();
  const ids = async () => (await project.containers()).map(({ ID, Pid }) => [ID, Pid]);
  const before = await ids();
  const seen = await inside(project, 'web', 'ip -o addr show eth0; ip -o addr show eth1; ip -6 route');
  t.notRegex(seen, /eth0 +inet6/);
  t.regex(seen, /eth1 +inet6 fd[0-9a-f:]+::\w+\/64 scope global/);
  t.notRegex(seen, /eth1 +inet /);
  t.regex(seen, /^default via fd[0-9a-f:]+::1 dev eth1/m);

  project.compose(yaml('enable_ipv6: true'));
  await project.up();
  t.deepEqual(await ids(), before);
  const [, address = ''] = /inet6 (fd\S+)\//.exec(await inside(project, 'db', 'ip -o addr show eth0'))!;
  t.is(await answers(project, 'web', address), 'db');
  // CVE-2020-13401: nobody on the network may tell the others their routes.
  t.is(await inside(project, 'web', 'cat /proc/sys/net/ipv6/conf/eth0/accept_ra'), '0');
  await project.change('restart', 'web');
  t.is(await answers(project, 'web', address), 'db');

  project.compose(yaml(''));
  await project.ok('up', '-d', '--no-deps', 'web', 'db');
  t.notRegex(await inside(project, 'db', 'ip -o addr show eth0'), /inet6/);
});

// Red without: `isolated` in engine/facts/links.ts, or with RTM_SETLINK in `portSet`.
withBusybox('without icc services of a network reach the host, and not each other', async (t, project) => {
  project.root();
  project.compose(`services:
  web: { ${client}, networks: [apart] }
  db: { ${server('db')}, networks: [apart] }
networks:
  apart: { driver_opts: { com.docker.network.bridge.enable_icc: "false" } }
`);
  await project.up();
  const address = await project.exec('db', 'hostname', '-i');
  await answers(project, 'db', address);
  t.true(await isSilent(project, 'web', address));
  const [, gateway = ''] = /default via (\S+)/.exec(await inside(project, 'web', 'ip route'))!;
  t.is((await project.attempt('web', 'ping', '-c', '1', '-w', '2', gateway)).code, 0);
});

withBusybox(
  'network_mode: none, host, and that of a service, whose end takes nobody to a dead namespace',
  async (t, project) => {
    project.root();
    const yaml = (word: string) => `services:
  db: { ${server('db')}, environment: { WORD: ${word} } }
  side: { ${client}, network_mode: "service:db" }
  alone: { ${client}, network_mode: none }
  host: { ${client}, network_mode: host }
`;
    project.compose(yaml('one'));
    await project.up();
    t.is(await answers(project, 'side', '127.0.0.1'), 'db');
    t.is(await inside(project, 'side', 'ip -4 -o addr'), await inside(project, 'db', 'ip -4 -o addr'));
    const names = 'hostname; hostname -i; cat /etc/hosts /etc/hostname /etc/resolv.conf';
    t.is(await inside(project, 'side', names), await inside(project, 'db', names));
    t.is(await inside(project, 'alone', 'ls /sys/class/net'), 'lo');
    t.regex(await inside(project, 'alone', 'ip -o link'), /lo: <LOOPBACK,UP/);
    const { Pid } = await project.container('host');
    t.is(namespaceOf(Pid, 'net'), namespaceOf('self', 'net'));
    // Nothing of the host's network is set.
    t.is(
      await inside(project, 'host', 'cat /proc/sys/net/ipv4/ip_unprivileged_port_start'),
      readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8').trim(),
    );

    project.compose(yaml('two'));
    await project.up();
    t.is(await answers(project, 'side', '127.0.0.1'), 'db');
    const shared = async () => [
      namespaceOf((await project.container('side')).Pid, 'net'),
      namespaceOf((await project.container('db')).Pid, 'net'),
    ];
    const [side, db] = await shared();
    t.is(side, db);

    await project.change('restart', 'db');
    const [again, started] = await shared();
    t.is(again, started);
    t.is(await answers(project, 'side', '127.0.0.1'), 'db');

    // Red without: `leftBehind` in plan/start.ts.
    await project.change('stop', 'db');
    await project.change('start', 'db');
    t.is(await answers(project, 'side', '127.0.0.1'), 'db', 'it ran on meanwhile');
  },
);

// Red without: `hasNames` in the model of `network_mode`, as the names of the other services would be known; BRIDGE in
// `networksOfModes`, as each project would have a network of its own; `isAbandoned`, as it would stay.
withBusybox(
  'network_mode: bridge is a network of the machine where nobody has a name',
  async (t, project) => {
    // It has one name on the machine, whatever the state directory.
    const { host } = await openOutside(t);
    project.root();
    const other = `${project.name}-other`;
    project.compose(`services:
  db: { ${server('db')}, network_mode: bridge, ports: ["127.0.0.1::80"] }
  web: { ${client}, network_mode: bridge, links: ["db:store"] }
  other: { ${client} }
`);
    project.compose(
      `name: ${other}\nservices: { guest: { ${client}, network_mode: bridge } }\n`,
      'other.yaml',
    );
    project.alsoTakeDown(other);
    const ofOther = (...words: readonly string[]) => project.tscompose('-f', 'other.yaml', ...words);
    const [{ stderr }, { code }] = await Promise.all([project.tscompose('up', '-d'), ofOther('up', '-d')]);
    t.notRegex(stderr, /warning/);
    t.is(code, 0);
    const address = await project.exec('db', 'hostname', '-i');
    t.is(await answers(project, 'web', address), 'db');
    t.is(await answers(project, 'web', 'store'), 'db');
    for (const service of ['web', 'other'])
      t.not((await project.attempt(service, 'nslookup', 'db')).code, 0, service);
    t.true(await isSilent(project, 'other', address), 'another network');
    t.is(
      (await ofOther('exec', '-T', 'guest', 'nc', '-w', '5', address, '80')).stdout,
      'db\n',
      'another project',
    );
    t.not((await ofOther('exec', '-T', 'guest', 'nslookup', `${project.name}-db-1`)).code, 0);

    await project.change('down');
    t.regex(await project.ok('network', 'ls'), /^\w+ +bridge /m);
    t.is((await ofOther('exec', '-T', 'guest', 'ip', 'link', 'show', 'eth0')).code, 0);
    await project.up('db');
    const again = await project.exec('db', 'hostname', '-i');
    t.is((await ofOther('exec', '-T', 'guest', 'nc', '-w', '5', again, '80')).stdout, 'db\n');
    await ofOther('down');

    // Red without: `bridges.delete` in leaveNetworks, as the supervisor lives on and the bridge is gone; the containers in
    // `externalOf` of with-new.ts, as the record has its subnet.
    await project.up('other');
    const subnet = /\S+\/20 dev tsc\S+ .*src (?=\S+)/;
    const before = host('ip', 'route').split('\n');
    await project.ok('rm', '-sf', 'db');
    t.notRegex(await project.ok('network', 'ls'), /^\w+ +bridge /m);
    const gone = before.find((line) => !host('ip', 'route').includes(line) && subnet.test(line))!;
    host('ip', 'route', 'add', gone.split(' ')[0]!, 'dev', 'lo');
    await project.up('db');
    const elsewhere = await project.exec('db', 'hostname', '-i');
    t.not(elsewhere, again);
    t.is(await answers(project, 'db', elsewhere), 'db');
    await project.change('down');
    t.notRegex(await project.ok('network', 'ls'), /^\w+ +bridge /m);
    t.notRegex(host('ip', 'link'), /tsc/);
  },
);

withBusybox(
  'what networks cannot get on this machine is told before anything is made',
  async (t, project) => {
    project.root();
    const bridge = `nx${project.name.slice(-8)}`;
    const route = openRoute();
    t.is(route.request(linkAddBridge({ name: bridge, mac: '02:42:00:00:00:09' })), 0);
    try {
      project.compose(`services:
  web: { ${client}, networks: [one] }
networks:
  one: { driver_opts: { com.docker.network.bridge.name: ${bridge} } }
`);
      const taken = await project.tscompose('up', '-d');
      t.is(taken.code, 1);
      t.regex(taken.stderr, new RegExp(`wants the bridge \`${bridge}\``));
      t.regex(taken.stderr, /compose\.yaml:4:\d+/);
      t.deepEqual(await project.containers(), []);
    } finally {
      route.request(linkDel(bridge));
    }

    const yaml = (more: string) => `services:
  web: { ${client}, networks: [one] }
  db: { ${client}, networks: { one: { ${more} } } }
networks:
  one: { ipam: { config: [{ subnet: 10.213.60.0/24 }] } }
`;
    project.compose(yaml(''));
    await project.up('web');
    project.compose(yaml('ipv4_address: 10.213.60.2'));
    const refused = await project.tscompose('up', '-d');
    t.is(refused.code, 1);
    t.regex(refused.stderr, /db wants the address 10\.213\.60\.2, which \S+-web-1 has/);
    t.regex(refused.stderr, /compose\.yaml:3:\d+/);
    t.is((await project.containers()).length, 1);
    await project.ok('up', '-d', '--force-recreate');
    t.is(await project.exec('db', 'hostname', '-i'), '10.213.60.2');
    t.is(await project.exec('web', 'hostname', '-i'), '10.213.60.3');
  },
);

for (const [what, spoil] of [['turned off', (bridge: string) => linkSet(bridge, { up: false })]] as const)
  withBusybox(`a bridge is ${what} by somebody: up makes it again`, async (t, project) => {
    project.root();
    const bridge = `no${project.name.slice(-8)}`;
    project.compose(`services:
  web: { ${client} }
  db: { ${server('db')} }
networks:
  default: { driver_opts: { com.docker.network.bridge.name: ${bridge} } }
`);
    await project.up();
    const before = (await project.containers()).map(({ Pid }) => Pid);
    openRoute().request(spoil(bridge));
    await project.up();
    t.is(await answers(project, 'web', 'db'), 'db');
    t.deepEqual(
      (await project.containers()).map(({ Pid }) => Pid),
      before,
    );
  });

withBusybox('inspect shows the networks of a container', async (t, project) => {
  project.root();
  project.compose(`services:
  web: { ${client}, networks: { one: { ipv4_address: 10.213.61.5, aliases: [site] } } }
  side: { ${client}, network_mode: "service:web" }
networks:
  one: { name: ${project.name}-one, ipam: { config: [{ subnet: 10.213.61.0/24 }] } }
`);
  await project.up();
  const { ID } = await project.container('web');
  const web = await inspect(project, 'web');
  t.is(web.HostConfig.NetworkMode, `${project.name}-one`);
  t.deepEqual(web.NetworkSettings.Networks, {
    [`${project.name}-one`]: {
      Aliases: ['site'],
      MacAddress: '02:42:0a:d5:3d:05',
      Gateway: '10.213.61.1',
      IPAddress: '10.213.61.5',
      IPPrefixLen: 24,
      IPv6Gateway: '',
      GlobalIPv6Address: '',
      GlobalIPv6PrefixLen: 0,
    },
  });
  t.regex(await inside(project, 'web', 'ip -o link show eth0'), /02:42:0a:d5:3d:05/);
  const side = await inspect(project, 'side');
  t.is(side.HostConfig.NetworkMode, `container:${ID}`);
  t.deepEqual(side.NetworkSettings.Networks, {});
});
