import test from 'ava';
import { type Dependencies, planRestart, planStart } from '../../src/plan/start.ts';
import { planKill, planStop } from '../../src/plan/stop.ts';
import { healthCheckFrom } from '../../src/project/model/health-check.ts';
import type { Dependency } from '../../src/project/model/project.ts';
import { after, dependency, lines, once, oneOff, project, running, service } from './samples.ts';

const chain = project(
  service('web', { dependsOn: after('api') }),
  service('api', { dependsOn: after('db') }),
  service('db'),
);

test('stop: dependants first', (t) => {
  t.deepEqual(lines(planStop(running(chain))), [
    '[] -> #1 web-1, stop, asked for',
    '[1] -> #2 api-1, stop, asked for',
    '[2] -> #3 db-1, stop, asked for',
  ]);
});

test('stop: only what runs, only what was asked for, and not what `run` made', (t) => {
  const observed = running(chain, { api: 'exited' });
  t.deepEqual(lines(planStop({ ...observed, containers: [...observed.containers, oneOff('db')] })), [
    '[] -> #1 web-1, stop, asked for',
    '[1] -> #2 db-1, stop, asked for',
  ]);
  t.deepEqual(lines(planStop(running(chain), { services: ['db'] })), ['[] -> #1 db-1, stop, asked for']);
});

test('stop: a container that does not run is told as stopped, if it was asked for', (t) => {
  const observed = running(chain, { api: 'exited', db: 'exited' });
  t.deepEqual(planStop(observed, { services: ['web', 'db'] }).unchanged, [
    { container: 'app-db-1', state: 'stopped' },
  ]);
});

test('start: what it depends on first', (t) => {
  t.deepEqual(lines(planStart(running(chain, { web: 'exited', api: 'created', db: 'exited' }))), [
    '[] -> #1 db-1, start, container is stopped',
    '[1] -> #2 api-1, start, container was never started',
    '[2] -> #3 web-1, start, container is stopped',
  ]);
});

test('order holds through a container that is left as it is', (t) => {
  t.deepEqual(lines(planStop(running(chain), { services: ['web', 'db'] })), [
    '[] -> #1 web-1, stop, asked for',
    '[1] -> #2 db-1, stop, asked for',
  ]);
  t.deepEqual(lines(planStart(running(chain, { web: 'exited', db: 'exited' }))), [
    '[] -> #1 db-1, start, container is stopped',
    '[1] -> #2 web-1, start, container is stopped',
  ]);
});

test('start: a service that is named brings its dependencies along, and nothing else', (t) => {
  const stopped = running(project(...Object.values(chain.services), service('other')), {
    web: 'exited',
    api: 'exited',
    db: 'created',
    other: 'exited',
  });
  t.deepEqual(lines(planStart(stopped, { services: ['api'] })), [
    '[] -> #1 db-1, start, container was never started',
    '[1] -> #2 api-1, start, container is stopped',
  ]);
});

test('start: a dependency without a container is an error, unless it is optional', (t) => {
  const codes = (required: boolean) => {
    const observed = running(project(service('web', { dependsOn: { db: dependency({ required }) } })), {
      web: 'exited',
    });
    return planStart(observed, { services: ['web'] }).diagnostics.map(({ message }) => message);
  };
  t.deepEqual(codes(true), ['the service `db` has no container']);
  t.deepEqual(codes(false), []);
});

test('start: what runs is left alone', (t) => {
  t.deepEqual(lines(planStart(running(chain))), []);
});

// Red without: `leftBehind` in start.ts. They would keep the namespace of a process that is gone.
test('start: what runs on in a namespace of a started one is restarted behind it, and what shares its own', (t) => {
  const joins = (name: string) => ({
    namespaces: { network: { kind: 'service', name } } as const,
    dependsOn: after(name),
  });
  const all = project(
    service('vpn'),
    service('app', joins('vpn')),
    service('log', joins('app')),
    service('web'),
  );
  const stopped = running(all, { vpn: 'exited', log: 'paused' });
  const restarts = [
    '[] -> #1 vpn-1, start, container is stopped',
    '[1] -> #2 app-1, restart, shares a namespace with vpn-1, which is started',
    '[2] -> #3 log-1, restart, shares a namespace with app-1, which is started',
  ];
  t.deepEqual(lines(planStart(stopped)), restarts);
  t.deepEqual(lines(planStart(stopped, { services: ['vpn'] })), restarts);
  t.deepEqual(lines(planStart(running(all, { app: 'exited' }), { services: ['app'] })), [
    '[] -> #1 app-1, start, container is stopped',
    '[1] -> #2 log-1, restart, shares a namespace with app-1, which is started',
  ]);
});

test('start: what is paused continues, behind what it depends on', (t) => {
  t.deepEqual(lines(planStart(running(chain, { web: 'paused', db: 'exited' }))), [
    '[] -> #1 db-1, start, container is stopped',
    '[1] -> #2 web-1, unpause, container is paused',
  ]);
});

test('stop and restart: what is paused is stopped as what runs', (t) => {
  const observed = running(project(service('web')), { web: 'paused' });
  t.deepEqual(lines(planStop(observed)), ['[] -> #1 web-1, stop, asked for']);
  t.deepEqual(lines(planRestart(observed)), ['[] -> #1 web-1, restart, asked for']);
});

test('start and restart: a service without container is an error', (t) => {
  const observed = { ...running(project(service('db'))), containers: [oneOff('web')] };
  for (const plan of [planStart, planRestart]) {
    const { operations, diagnostics } = plan(observed, { services: ['web'] });
    t.deepEqual(operations, []);
    t.deepEqual(
      diagnostics.map(({ code, severity }) => [code, severity]),
      [['no-container', 'error']],
    );
  }
});

test('restart: in order, whether it runs or not', (t) => {
  t.deepEqual(lines(planRestart(running(chain, { api: 'exited' }))), [
    '[] -> #1 db-1, restart, asked for',
    '[1] -> #2 api-1, restart, asked for',
    '[2] -> #3 web-1, restart, asked for',
  ]);
});

test('restart: a dependant that asks for it comes along, unless noDeps', (t) => {
  const observed = running(
    project(
      service('web', { dependsOn: { api: dependency({ restart: true }) } }),
      service('api', { dependsOn: { db: dependency({ restart: true }) } }),
      service('log', { dependsOn: after('db') }),
      service('db'),
    ),
  );
  t.deepEqual(lines(planRestart(observed, { services: ['db'] })), [
    '[] -> #1 db-1, restart, asked for',
    '[1] -> #2 api-1, restart, a dependency is restarted',
    '[2] -> #3 web-1, restart, a dependency is restarted',
  ]);
  // Red without: `known` in withRestarted.
  t.is(planRestart(observed, { services: ['db'], known: ['db', 'api', 'web'] }).operations.length, 3);
  t.deepEqual(lines(planRestart(observed, { services: ['db'], noDeps: true })), [
    '[] -> #1 db-1, restart, asked for',
  ]);
});

test('kill: all at once, with the signal', (t) => {
  const plan = planKill(running(chain, { api: 'exited' }), {}, 'SIGHUP');
  t.deepEqual(lines(plan), ['[] -> #1 web-1, kill, asked for', '[] -> #2 db-1, kill, asked for']);
  t.true(plan.operations.every((operation) => operation.verb === 'kill' && operation.signal === 'SIGHUP'));
});

/** Red without: `isActive` or the signal in planKill. */
test('kill: one that waits for its restart ends with its stop signal, and not with others', (t) => {
  const files = project(service('web'), service('nginx', { stopSignal: 'SIGQUIT' }), service('over'));
  const observed = running(files, { web: 'restarting', nginx: 'restarting', over: 'exited' });
  const killed = (signal: string) => planKill(observed, {}, signal).operations.map(({ name }) => name);
  t.deepEqual(killed('SIGHUP'), []);
  t.deepEqual(killed('SIGTERM'), ['web-1']);
  t.deepEqual(killed('SIGQUIT'), ['nginx-1']);
  t.deepEqual(killed('SIGKILL'), ['web-1', 'nginx-1']);
});

/** Red without: `existing` or `known` in withDependencies, or `isMeant` in inOrder. */
test('start: an optional dependency that is there comes along, and only what was asked for is waited for', (t) => {
  const dependsOn = { db: dependency({ required: false }) };
  const files = project(service('web', { dependsOn }), service('db'), service('other'));
  const observed = running(files, { web: 'exited', db: 'exited' });
  const both = ['[] -> #1 db-1, start, container is stopped', '[1] -> #2 web-1, start, container is stopped'];
  const services = ['web'];
  t.deepEqual(lines(planStart(observed, { services })), both);
  t.deepEqual(lines(planStart(observed, { services, known: ['web', 'db'] })), both);
  t.deepEqual(lines(planStart(observed, { services, wait: true })), [
    ...both,
    '[1] -> #3 db-1, wait until running, asked for',
    '[2] -> #4 web-1, wait until running, asked for',
  ]);
});

test('dependencies that were recorded in a circle do not keep anybody from stopping', (t) => {
  const observed = running(
    project(service('a', { dependsOn: after('b') }), service('b', { dependsOn: after('a') })),
  );
  t.is(lines(planStop(observed)).length, 2);
});

test('services that the files lack are left alone, also as dependants', (t) => {
  const observed = running(
    project(service('web', { dependsOn: { db: dependency({ restart: true }) } }), service('db')),
  );
  const selection = { known: ['db'] };
  for (const plan of [planStop, planRestart, planKill])
    t.deepEqual(
      plan(observed, selection).operations.map(({ name }) => name),
      ['db-1'],
      plan.name,
    );
  const named = planRestart(observed, { ...selection, services: ['db'] });
  t.deepEqual(
    named.operations.map(({ name }) => name),
    ['db-1'],
  );
  t.deepEqual(lines(planStart(running(chain, { web: 'exited', db: 'exited' }), selection)), [
    '[] -> #1 db-1, start, container is stopped',
  ]);
  t.deepEqual(lines(planStop(observed, { known: [] })), [], 'files without services mean no container');
});

test('start --boot: those that a policy starts at boot, without what they depend on', (t) => {
  const policy = (kind: 'always' | 'unless-stopped' | 'on-failure') => ({ restart: { kind } });
  const files = project(
    service('always', { ...policy('always'), dependsOn: after('plain', 'unless') }),
    service('unless', policy('unless-stopped')),
    service('byHand', policy('unless-stopped')),
    service('created', policy('always')),
    service('failing', policy('on-failure')),
    service('plain'),
  );
  const states = Object.fromEntries(Object.keys(files.services).map((name) => [name, 'exited' as const]));
  const observed = running(files, { ...states, created: 'created' });
  const containers = observed.containers.map((container) =>
    container.service === 'byHand' ? { ...container, stoppedByHand: true as const } : container,
  );
  t.deepEqual(lines(planStart({ ...observed, containers }, { boot: true })), [
    '[] -> #1 unless-1, start, container is stopped',
    '[1] -> #2 always-1, start, container is stopped',
  ]);
  // Red without: `boot` in the selection of planStart.
  t.deepEqual(lines(planStart(observed, { boot: true, services: ['always'] })), [
    '[] -> #1 always-1, start, container is stopped',
  ]);
});

/** Red without: `isOfChosen` in planStop, or `boot` in stopAll. */
test('stop --boot: what `run` made ends as well, and each stop says that the machine goes down', (t) => {
  const observed = running(project(service('db')));
  const { operations } = planStop(
    { ...observed, containers: [...observed.containers, oneOff('db')] },
    { boot: true },
  );
  t.deepEqual(
    operations.map((operation) => [operation.name, 'boot' in operation && operation.boot]),
    [
      ['app-db-run-3f2a', true],
      ['db-1', true],
    ],
  );
});

/** Red without: `standing` in planStart. */
test('start: a one-shot that has failed runs again, and one that has completed does not', (t) => {
  const files = project(
    service('job'),
    service('web', { dependsOn: once({ job: 'completed_successfully' }) }),
  );
  const observed = running(files, { job: 'exited', web: 'exited' });
  const ended = (exitCode: number) => ({
    ...observed,
    containers: observed.containers.map((container) =>
      container.service === 'job' ? { ...container, exitCode } : container,
    ),
  });
  t.deepEqual(lines(planStart(ended(3))), [
    '[] -> #1 job-1, start, container is stopped',
    '[1] -> #2 job-1, wait until completed, needed by web',
    '[2] -> #3 web-1, start, container is stopped',
  ]);
  t.deepEqual(lines(planStart(ended(0))), ['[] -> #1 web-1, start, container is stopped']);
});

test('start --boot: a dependency that fails keeps nothing from its start', (t) => {
  const restart = { kind: 'always' } as const;
  const dependsOn = { db: dependency({ condition: 'service_healthy' }) };
  const files = project(service('web', { restart, dependsOn }), service('db', { restart }));
  const observed = running(files, { web: 'exited', db: 'exited' });
  const marks = (boot: boolean) =>
    planStart(observed, { boot }).operations.map(({ id, name, verb, because: _, ...rest }) => [
      `${id} ${name} ${verb}`,
      'boot' in rest && rest.boot,
      'optional' in rest && rest.optional,
    ]);
  t.deepEqual(marks(true), [
    ['1 db-1 start', true, false],
    ['2 db-1 wait', false, true],
    ['3 web-1 start', true, false],
  ]);
  t.deepEqual(marks(false), [
    ['1 db-1 start', false, false],
    ['2 db-1 wait', false, false],
    ['3 web-1 start', false, false],
  ]);
});

/** Red without: `withDependenciesOf` in start.ts. */
test('start and restart: the files say in which order now, for the services that they know', (t) => {
  const stopped = running(chain, { web: 'exited', api: 'exited', db: 'exited' });
  const dependencies = { api: {}, db: after('web') };
  const start = [
    '[] -> #1 api-1, start, container is stopped',
    '[1] -> #2 web-1, start, container is stopped',
    '[2] -> #3 db-1, start, container is stopped',
  ];
  t.deepEqual(lines(planStart(stopped, { dependencies })), start);
  t.deepEqual(lines(planStart(stopped, { dependencies, services: ['web'] })), start.slice(0, 2));
  t.deepEqual(lines(planRestart(running(chain), { dependencies, services: ['api', 'db'] })), [
    '[] -> #1 api-1, restart, asked for',
    '[1] -> #2 db-1, restart, asked for',
  ]);
});

test('restart: dependants go along if the files say so now, and wait as they say now', (t) => {
  const web = (more: Partial<Dependency>) => ({ web: { db: dependency({ restart: true, ...more }) } });
  const observed = running(
    project(
      service('web', { dependsOn: after('db') }),
      service('db', { healthcheck: healthCheckFrom({ test: ['CMD', 'true'] })! }),
    ),
  );
  const restarted = (dependencies: Dependencies) =>
    lines(planRestart(observed, { services: ['db'], dependencies }));
  t.deepEqual(restarted({ web: after('db') }), ['[] -> #1 db-1, restart, asked for']);
  t.deepEqual(restarted(web({})), [
    '[] -> #1 db-1, restart, asked for',
    '[1] -> #2 web-1, restart, a dependency is restarted',
  ]);
  t.deepEqual(restarted(web({ condition: 'service_healthy' })), [
    '[] -> #1 db-1, restart, asked for',
    '[1] -> #2 db-1, wait until healthy, needed by web',
    '[2] -> #3 web-1, restart, a dependency is restarted',
  ]);
});
