import { isRefused, nothingWasMade } from './harness/failure.ts';
import { freeAddress } from './harness/host.ts';
import type { Project } from './harness/project.ts';
import { needs, scenario } from './harness/scenario.ts';
import { stays } from './harness/yaml.ts';

const idle = 'command: [sleep, "1000"], stop_grace_period: 0s';

/** The containers of a service that run, by number, with their ids. */
const numbers = async (project: Project, service: string): Promise<Readonly<Record<string, string>>> =>
  Object.fromEntries(
    (await project.containers(service))
      .filter(({ State }) => State === 'running')
      .map(({ Name, ID }) => [Name.slice(`${project.name}-${service}-`.length), ID]),
  );

/** The addresses behind a name, in the order of the answer. */
const addressesOf = async (project: Project, name: string): Promise<readonly string[]> =>
  (await project.exec('look', 'dig', '+short', '+tries=1', '+time=8', name)).split('\n').filter(Boolean);

needs('dig')('containers of a service share its name, and keep their numbers', async (t, project) => {
  project.compose(`services:
  web: { ${stays('echo here')}, stop_grace_period: 0s, scale: 3, networks: { default: { aliases: [site] } } }
  look: { ${idle}, depends_on: [web] }
`);
  await project.up();
  const first = await numbers(project, 'web');
  t.deepEqual(Object.keys(first).sort(), ['1', '2', '3']);

  // Red without: rotated in engine/names/zone.ts.
  const answers = [];
  for (const _ of first['1']!.slice(0, 3)) answers.push(await addressesOf(project, 'web'));
  t.is(new Set(answers[0]).size, 3);
  t.is(new Set(answers.map(([address]) => address)).size, 3, 'each answer begins with another');
  t.deepEqual([...(await addressesOf(project, 'site'))].sort(), [...answers[0]!].sort());
  const [second] = await addressesOf(project, 'web-2');
  t.true(answers[0]!.includes(second!));

  t.is(await project.ok('exec', '--index', '3', '-T', 'web', 'hostname'), `${first['3']!.slice(0, 12)}\n`);
  t.is(await project.ok('exec', '-T', 'web', 'hostname'), `${first['1']!.slice(0, 12)}\n`);
  const logs = (await project.ok('logs', 'web'))
    .split('\n')
    .filter((line) => line.endsWith('here'))
    .sort();
  t.deepEqual(
    logs.map((line) => line.split(' ')[0]),
    ['web-1', 'web-2', 'web-3'],
  );
  t.regex(await project.ok('logs', '--index', '2', 'web'), /^(web-2 .*\n)+$/);

  // A hole is filled, and no other container is touched.
  await project.ok('scale', 'web=5');
  await project.ok('scale', 'web=2');
  const two = await numbers(project, 'web');
  t.deepEqual(two, { '1': first['1'], '2': first['2'] });
  t.is((await addressesOf(project, 'web')).length, 2);
  await project.ok('up', '-d', '--scale', 'web=4');
  t.deepEqual(Object.keys(await numbers(project, 'web')).sort(), ['1', '2', '3', '4']);
  await project.up();
  const back = await numbers(project, 'web');
  t.deepEqual([Object.keys(back).sort(), back['1']], [['1', '2', '3'], first['1']]);

  await project.ok('scale', 'web=0');
  t.deepEqual(await project.containers('web'), []);
  t.deepEqual(await addressesOf(project, 'web'), []);
  await project.change('down');
});

scenario(
  'containers take a range of ports, and those that fail to start put all back',
  async (t, project) => {
    const address = freeAddress();
    const yaml = (command: string) => `services:
  web: { ${command}, stop_grace_period: 0s, deploy: { replicas: 2 }, ports: ["${address}:28000-28019:80"] }
  db: { ${stays()}, stop_grace_period: 0s }
`;
    project.compose(yaml(stays()));
    await project.up();
    const port = async (index: string) => (await project.ok('port', '--index', index, 'web', '80')).trim();
    const ports = [await port('1'), await port('2')];
    t.is(new Set(ports).size, 2);
    t.is(await project.ok('port', 'web', '80'), `${ports[0]}\n`);
    await project.ok('scale', 'web=3');
    t.deepEqual([await port('1'), await port('2')], ports);
    const before = await numbers(project, 'web');

    project.write('broken', '#!/no/such/interpreter\n', 0o755);
    project.compose(yaml('command: [/data/broken], volumes: ["./:/data"]'));
    t.is((await project.tscompose('up', '-d', '--scale', 'web=3')).code, 127);
    t.deepEqual(await numbers(project, 'web'), before);
    t.is((await project.tscompose('up', '-d')).code, 127);
    t.deepEqual(await numbers(project, 'web'), before, 'the one that was to go is back as well');

    const db = await numbers(project, 'db');
    project.compose(yaml(stays('echo new')));
    await project.ok('up', '-d', '--scale', 'web=3');
    const after = await numbers(project, 'web');
    t.deepEqual(Object.keys(after).sort(), ['1', '2', '3']);
    t.false(Object.values(after).some((id) => Object.values(before).includes(id)));
    t.deepEqual(await numbers(project, 'db'), db);
    t.deepEqual([await port('1'), await port('2')], ports);
  },
);

// Red without: firstRunningOf in engine/namespaces/shared-namespaces.ts, and joinedIds in plan/reconcile/start.ts.
scenario('what joins a namespace of a service has that of its first container', async (t, project) => {
  const yaml = (color: string) => `services:
  web: { ${idle}, environment: { COLOR: "${color}" } }
  beside: { ${idle}, network_mode: "service:web" }
`;
  const net = (service: string) => project.exec(service, 'readlink', '/proc/self/ns/net');
  project.compose(yaml('red'));
  await project.ok('up', '-d', '--scale', 'web=2');
  const second = await project.ok('exec', '-T', '--index', '2', 'web', 'readlink', '/proc/self/ns/net');
  t.is(`${await net('beside')}\n`, await project.ok('exec', '-T', 'web', 'readlink', '/proc/self/ns/net'));
  t.not(`${await net('beside')}\n`, second);

  // The first is outdated and goes; the second is another's first from now on.
  await project.ok('scale', 'web=1');
  project.compose(yaml('blue'));
  await project.ok('up', '-d', '--no-recreate', '--scale', 'web=2');
  await project.ok('scale', 'web=1');
  t.deepEqual(Object.keys(await numbers(project, 'web')), ['2']);
  t.is(await net('beside'), await net('web'));
});

scenario('what only one container can have is refused before anything is created', async (t, project) => {
  project.compose(`services:
  web: { ${idle}, scale: 2, container_name: one, ports: ["18080:80"] }
  api: { ${idle}, ports: ["18081-18082:80"] }
`);
  isRefused(t, await project.tscompose('up', '-d', '--scale', 'api=3'), {
    errors: ['conflicting-keys', 'conflicting-keys', 'conflicting-keys'],
    says: /the command line asks for 3/,
  });
  await nothingWasMade(project);
});
