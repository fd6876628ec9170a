import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from './harness/eventually.ts';
import type { Project } from './harness/project.ts';
import { scenario } from './harness/scenario.ts';
import { shell } from './harness/yaml.ts';

/** Other projects of the scenario, each with a file of its own. */
const others = (project: Project, files: Readonly<Record<string, string>>) => {
  for (const [key, text] of Object.entries(files)) {
    project.compose(text, `${key}.yaml`);
    project.alsoTakeDown(`${project.name}-${key}`);
  }
  const words = (key: string): readonly string[] => [
    ...['-p', `${project.name}-${key}`, '-f', project.path(`${key}.yaml`)],
  ];
  return {
    tscompose: (key: string, ...rest: readonly string[]) => project.tscompose(...words(key), ...rest),
    ok: (key: string, ...rest: readonly string[]) => project.ok(...words(key), ...rest),
  };
};

const SLEEP = `{rootfs: ./root, stop_signal: SIGKILL, ${shell('exec sleep 9999')}, networks: [edge]}`;

scenario(
  'projects share a network that none of them makes, and go up and down in any order',
  async (t, project) => {
    project.root();
    const other = others(project, {
      one: `services: {app: ${SLEEP}}\nnetworks: {edge: {external: true, name: proxy}}\n`,
      two: `services: {app: ${SLEEP}}\nnetworks: {edge: {external: true, name: proxy}}\n`,
    });
    project.compose(`services: {proxy: ${SLEEP}}\nnetworks: {edge: {external: true, name: proxy}}\n`);
    const missing = await project.tscompose('up', '-d');
    t.is(missing.code, 1);
    t.regex(missing.stderr, /compose\.yaml:2:\d+[\s\S]*help: `tscompose network create proxy` creates it/);
    t.false(existsSync(join(project.stateDirectory, project.name, 'project.json')));

    const id = (await project.ok('network', 'create', '--subnet', '10.219.44.0/24', 'proxy')).trim();
    t.regex(id, /^[0-9a-f]{64}$/);
    const twice = await project.tscompose('network', 'create', 'proxy');
    t.regex(twice.stderr, /a network with the name `proxy` exists already/);
    await Promise.all([other.ok('one', 'up', '-d'), other.ok('two', 'up', '-d'), project.ok('up', '-d')]);
    const leases = () => readdirSync(join(project.stateDirectory, '.networks/proxy/leases')).toSorted();
    // Red without: the leases of addresses; three projects would have the same address.
    t.deepEqual(leases(), ['10.219.44.2', '10.219.44.3', '10.219.44.4']);
    const addresses = async () => {
      const [network] = JSON.parse(await project.ok('network', 'inspect', 'proxy'));
      const containers: { Name: string; IPv4Address: string }[] = Object.values(network.Containers);
      return new Map(containers.map(({ Name, IPv4Address }) => [Name, IPv4Address.split('/')[0]!]));
    };
    const found = await addresses();
    t.is(found.size, 3);
    for (const address of found.values()) await project.exec('proxy', 'ping', '-c', '1', '-W', '5', address);
    const hears = (name: string) =>
      eventually(`${name} is found`, () => project.exec('proxy', 'ping', '-c', '1', '-W', '5', name));
    // Red without: publish in openNeighbours.
    for (const name of found.keys()) await hears(name);
    const asked = await other.tscompose('one', 'exec', 'app', 'ping', '-c', '1', '-W', '5', 'proxy');
    t.is(asked.code, 0, asked.stderr);

    const used = await project.tscompose('network', 'rm', 'proxy');
    t.is(used.code, 1);
    t.regex(used.stderr, /in use by .*-proxy-1 \(project /);
    await other.ok('one', 'down');
    // Red without: the removal of names that are gone in refresh.
    await eventually('its name is gone', async () => {
      const gone = `${project.name}-one-app-1`;
      const { stderr } = await project.tscompose('exec', 'proxy', 'ping', '-c', '1', '-W', '1', gone);
      return stderr.includes('bad address');
    });
    await other.ok('two', 'down');
    t.deepEqual(leases(), [found.get(`${project.name}-proxy-1`)]);
    await other.ok('two', 'up', '-d');
    await project.change('down');
    await project.up();
    const again = await addresses();
    await project.exec('proxy', 'ping', '-c', '1', '-W', '5', again.get(`${project.name}-two-app-1`)!);
    await other.ok('two', 'down');
    await project.change('down');
    t.deepEqual(leases(), []);
    t.is(await project.ok('network', 'ls', '-q', '--no-trunc'), `${id}\n`);
    t.is(await project.ok('network', 'prune', '-f'), 'Deleted Networks:\nproxy\n\n');
    t.is(await project.ok('network', 'ls', '-q'), '');
  },
);

scenario('the network of a project stays while another one uses it', async (t, project) => {
  project.root();
  const other = others(project, {
    guest: `services: {app: ${SLEEP}}\nnetworks: {edge: {external: true, name: ${project.name}_edge}}\n`,
  });
  project.compose(`services: {web: ${SLEEP}}\nnetworks: {edge: {}}\n`);
  const name = `${project.name}_edge`;
  await project.up();
  await other.ok('guest', 'up', '-d');
  const [{ IPAM }] = JSON.parse(await project.ok('network', 'inspect', name));
  const [{ Gateway, Subnet }] = IPAM.Config;

  // Red without: watchRun in openNeighbours.
  await eventually('the guest is found', () => project.exec('web', 'ping', '-c', '1', '-W', '5', 'app'));
  await eventually('the host is found', () => other.ok('guest', 'exec', 'app', 'ping', '-c', '1', 'web'));
  // Red without: usersElsewhere in removeBridge.
  const down = await project.tscompose('down');
  t.is(down.code, 0, down.stderr);
  t.regex(down.stderr, /_edge Skipped \(Resource is still in use\)/);
  t.notRegex(down.stderr, /_edge Removed/);
  t.regex(down.stderr, /warning\[network-in-use\].*_edge. stays[\s\S]*used by: .*-guest\/.*-guest-app-1/);
  const ping = await other.tscompose('guest', 'exec', 'app', 'ping', '-c', '1', '-W', '5', Gateway);
  t.is(ping.code, 0, ping.stderr);

  const record = join(project.stateDirectory, '.networks', name, 'network.json');
  const { network } = JSON.parse(readFileSync(record, 'utf8'));
  const { bridge } = network as { readonly bridge: string };
  t.true(existsSync(`/sys/class/net/${bridge}`));

  // Its maker finds it as it is.
  await project.up();
  const [again] = JSON.parse(await project.ok('network', 'inspect', name));
  t.is(again.IPAM.Config[0].Subnet, Subnet);
  t.is(Object.keys(again.Containers).length, 2);
  await project.change('down');
  await other.ok('guest', 'down');
  // Red without: removeAbandoned.
  t.false(existsSync(`/sys/class/net/${bridge}`));
  t.is(await project.ok('network', 'ls', '-q'), '');
});

scenario('network_mode names a network of the machine, with its names', async (t, project) => {
  project.root();
  const sleep = `rootfs: ./root, stop_signal: SIGKILL, ${shell('exec sleep 9999')}`;
  const other = others(project, {
    one: `services: {app: {${sleep}, network_mode: proxy}}\n`,
  });
  const friend = `external_links: ["${project.name}-one-app-1:friend"]`;
  project.compose(`services: {web: {${sleep}, network_mode: proxy, ${friend}}}\n`);
  const missing = await project.tscompose('up', '-d');
  // Red without: `from` in networksOfModes.
  t.regex(missing.stderr, /the network `proxy` does not exist\n +--> compose\.yaml:1:\d+/);
  t.regex(missing.stderr, /help: `tscompose network create proxy` creates it/);
  await project.ok('network', 'create', 'proxy');
  await project.up();
  await other.ok('one', 'up', '-d');
  await eventually('the other one is found', () =>
    project.exec('web', 'ping', '-c', '1', '-W', '5', `${project.name}-one-app-1`),
  );
  await project.exec('web', 'ping', '-c', '1', '-W', '5', 'friend');
  await other.ok('one', 'down');
  await project.change('down');
  await project.ok('network', 'rm', 'proxy');

  project.compose(`services: {web: ${SLEEP}}\nnetworks: {edge: {external: true, name: host}}\n`);
  t.regex((await project.tscompose('up', '-d')).stderr, /help: write `network_mode: host` in the services/);
});

scenario('a damaged record of a network is named, where the network is asked for', async (t, project) => {
  project.root();
  await project.ok('network', 'create', 'torn');
  await project.ok('network', 'create', 'good');
  const store = join(project.stateDirectory, '.networks');
  writeFileSync(join(store, 'torn/network.json'), '{"version":1,');
  mkdirSync(join(store, '.new-0123456789abcdef'));
  const listed = await project.tscompose('network', 'ls');
  t.regex(listed.stdout, /good/);
  t.is(listed.code, 0);
  t.regex(listed.stderr, /warning\[damaged-record\].*`torn`/);
  for (const words of [['rm'], ['inspect']]) {
    const { code, stderr } = await project.tscompose('network', ...words, 'torn');
    t.is(code, 1);
    t.regex(stderr, /error\[damaged-record\].*`torn`/);
  }
  project.compose(`services: {web: ${SLEEP}}\nnetworks: {edge: {external: true, name: torn}}\n`);
  t.regex((await project.tscompose('up', '-d')).stderr, /error\[damaged-record\].*`torn`/);
  t.is(await project.ok('network', 'prune', '-f'), 'Deleted Networks:\ngood\n\n');
  // Red without: sweepUnfinished in pruneNetworks.
  t.deepEqual(readdirSync(store), ['torn']);
});
