import { eventually } from './harness/eventually.ts';
import { isRefused, nothingWasMade } from './harness/failure.ts';
import type { Project } from './harness/project.ts';
import { scenario } from './harness/scenario.ts';
import { shell, stays } from './harness/yaml.ts';

/** web starts when db is healthy, which a file decides; a check comes every 50 ms. */
const behindHealth = (db = stays('echo db'), more = ''): string => `services:
  web: { ${stays()}, depends_on: { db: { condition: service_healthy${more} } }, stop_grace_period: 0s }
  db:
    ${db}
    volumes: ["./data:/data"]
    healthcheck: { test: "cat /data/reason; test -e /data/fine", interval: 50ms, retries: 3, start_period: 0s }
    stop_grace_period: 0s
`;

const statesOf = async (project: Project) =>
  (await project.containers()).map(({ Service, State }) => `${Service} ${State}`).toSorted();

scenario('a dependant starts when its dependency is healthy', async (t, project) => {
  project.write('data/reason', 'not yet\n');
  project.compose(behindHealth().replace('retries: 3', 'retries: 1000'));
  const up = project.begin(['up', '-d']);
  await up.prints('-db-1 Waiting (needed by web)');
  t.deepEqual(await statesOf(project), ['db running', 'web created']);
  project.write('data/fine', '');
  const { code, stderr } = await up.ended;
  t.is(code, 0, stderr);
  t.regex(stderr, /-db-1 Healthy$[\s\S]*-web-1 Started/m);
  const again = await project.tscompose('up', '--wait');
  t.regex(again.stderr, /nothing to do/);
});

scenario('an unhealthy dependency ends the wait, and its last check is shown', async (t, project) => {
  project.write('data/reason', 'no \u001b[31mtables\n');
  project.compose(behindHealth());
  const result = await project.tscompose('up', '-d');
  isRefused(t, result, {
    errors: ['dependency-failed'],
    says: /dependency failed to start: container \S+-db-1 is unhealthy$/m,
  });
  t.regex(result.stderr, /last probe: +exit 1: no +\[31mtables$/m);
  t.regex(result.stderr, /it printed: db$/m);
  t.deepEqual(await statesOf(project), []);
});

scenario('a dependency that exits ends the wait', async (t, project) => {
  project.write('data/reason', '');
  project.compose(behindHealth(shell('sleep 0.3; echo gone; exit 4')).replace('retries: 3', 'retries: 1000'));
  const result = await project.tscompose('up', '-d', '--keep-failed');
  isRefused(t, result, {
    errors: ['dependency-failed'],
    says: /dependency failed to start: container \S+-db-1 exited \(4\)$/m,
  });
  t.regex(result.stderr, /exit code: +4$/m);
  t.regex(result.stderr, /it printed: gone$/m);
  t.deepEqual(await statesOf(project), ['db exited', 'web created']);
});

scenario('an optional dependency that is unhealthy is a warning', async (t, project) => {
  project.write('data/reason', 'bad\n');
  project.compose(behindHealth(undefined, ', required: false'));
  const { code, stderr } = await project.tscompose('up', '-d');
  t.is(code, 0, stderr);
  t.regex(
    stderr,
    /^warning\[dependency-failed\]: optional dependency "db" failed to start: container \S+-db-1 is unhealthy$/m,
  );
  t.deepEqual(await statesOf(project), ['db running', 'web running']);
});

scenario(
  'up --wait: unhealthy is a failure, and a time limit names what is not ready',
  async (t, project) => {
    project.write('data/reason', 'bad\n');
    project.compose(behindHealth().replace(/ {2}web.*\n/, ''));
    isRefused(t, await project.tscompose('up', '--wait'), {
      errors: ['dependency-failed'],
      says: /error\[dependency-failed\]: container \S+-db-1 is unhealthy$/m,
    });
    project.compose(behindHealth().replace('retries: 3', 'retries: 1000'));
    isRefused(t, await project.tscompose('up', '--wait', '--wait-timeout', '1'), {
      errors: ['dependency-failed'],
      says: /application not healthy after 1s[\s\S]*-db-1: +health is starting; last probe: exit 1: bad$/m,
    });
    project.write('data/fine', '');
    const { code, stderr } = await project.tscompose('up', '--wait');
    t.is(code, 0, stderr);
    t.regex(stderr, /-db-1 Healthy$/m);
  },
);

scenario('a restarted dependency is healthy before its dependants are restarted', async (t, project) => {
  project.write('data/reason', '');
  project.write('data/fine', '');
  project.compose(behindHealth(undefined, ', restart: true').replace('retries: 3', 'retries: 1000'));
  await project.up();
  const { Pid } = await project.container('web');
  project.compose(
    behindHealth(undefined, ', restart: true')
      .replace('retries: 3', 'retries: 1000')
      .replace('echo db', 'echo another'),
  );
  const { code, stderr } = await project.tscompose('up', '-d');
  t.is(code, 0, stderr);
  t.regex(
    stderr,
    /-web-1 Stopped[\s\S]*-db-1 Waiting \(needed by web\)$[\s\S]*-db-1 Healthy$[\s\S]*-web-1 Started/m,
  );
  t.not((await project.container('web')).Pid, Pid);
  const restart = await project.tscompose('restart', 'db');
  t.regex(restart.stderr, /-db-1 Healthy$[\s\S]*-web-1 Started/m);
});

scenario('a replaced container goes only when --wait has found the new one healthy', async (t, project) => {
  project.write('data/reason', 'worse\n');
  project.write('data/fine', '');
  project.compose(behindHealth());
  await project.ok('up', '--wait');
  const { ID } = await project.container('db');
  project.compose(behindHealth().replace('test -e /data/fine', 'false'));
  isRefused(t, await project.tscompose('up', '--wait', 'db'), {
    errors: ['dependency-failed'],
    says: /-db-1 is unhealthy/,
  });
  t.is((await project.container('db')).ID, ID);
  await eventually('it runs again', async () => (await statesOf(project)).includes('db running'));
});

scenario('a condition that can never be satisfied is an error at its place', async (t, project) => {
  project.compose(`services:
  web: { ${stays()}, depends_on: { db: { condition: service_healthy } } }
  db: { ${stays()}, healthcheck: { disable: true } }
`);
  const result = await project.tscompose('up', '-d');
  isRefused(t, result, {
    errors: ['conflicting-keys'],
    says: /service `db` has no health check, so it never becomes healthy/,
  });
  t.regex(result.stderr, /compose\.yaml:2:\d+/);
  await nothingWasMade(project);
});
