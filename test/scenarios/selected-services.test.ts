import { freeAddress } from './harness/host.ts';
import { scenario } from './harness/scenario.ts';
import { stays } from './harness/yaml.ts';

const states = (containers: readonly { readonly Service: string; readonly State: string }[]) =>
  Object.fromEntries(containers.map(({ Service, State }) => [Service, State]));

scenario('a service that nobody asked for does not have to be one that can run', async (t, project) => {
  const port = `${freeAddress()}:28080:80`;
  project.compose(`services:
  web: { ${stays()}, ports: ["${port}"], stop_grace_period: 0s }
  same: { command: "true", ports: ["${port}"] }
  image: { image: nginx }
  volume: { command: "true", volumes: ["data:/data"] }
  variables: { command: "true", env_file: missing.env }
volumes: { data: }
`);
  await project.up('web');
  t.is((await project.tscompose('run', '--rm', 'web', 'echo', 'hello')).stdout, 'hello\n');
  t.is(await project.exec('web', 'echo', 'hello'), 'hello');
  t.is((await project.ok('ps', '--services')).trim(), 'web');
  t.regex(await project.ok('config', '--hash', 'web'), /^web [0-9a-f]{64}\n$/);
  await project.ok('config', '-q', 'web');

  const { code, stderr } = await project.tscompose('up', '-d', 'variables');
  t.is(code, 1);
  t.regex(stderr, /missing\.env/);
  t.is((await project.tscompose('config', '--hash', 'variables')).code, 1);
  await project.ok('config', '--no-env-resolution', '--hash', 'variables');
  await project.change('down');
  t.deepEqual(await project.containers(), []);
});

scenario('start of a service starts its dependencies', async (t, project) => {
  project.compose(`services:
  web: { ${stays()}, depends_on: [db] }
  db: { ${stays()}, depends_on: [disk] }
  disk: { ${stays()} }
  other: { ${stays()} }
`);
  await project.ok('up', '--no-start');
  await project.change('start', 'web');
  const running = { web: 'running', db: 'running', disk: 'running' };
  // Red without: `reachable` of withDependencies in plan/start.ts.
  t.deepEqual(states(await project.containers()), { ...running, other: 'created' });
});
