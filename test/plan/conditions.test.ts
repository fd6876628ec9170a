import test from 'ava';
import { standing } from '../../src/plan/conditions.ts';
import type { ReconcileOptions } from '../../src/plan/decide/decisions.ts';
import type { Observed, ObservedContainer } from '../../src/plan/observed.ts';
import { reconcile } from '../../src/plan/reconcile.ts';
import { planRestart, planStart } from '../../src/plan/start.ts';
import { healthCheckFrom } from '../../src/project/model/health-check.ts';
import type { Project } from '../../src/project/model/project.ts';
import { after, dependency, lines, nothing, once, project, running, service } from './samples.ts';

const free = { networks: {} };

/** With a health check. */
const checked = {
  ...free,
  healthcheck: healthCheckFrom({ test: ['CMD', 'true'] })!,
};

/** web needs a healthy db, and a migration that has completed, which needs a healthy db itself. */
const app = project(
  service('web', { ...free, dependsOn: once({ db: 'healthy', migrate: 'completed_successfully' }) }),
  service('migrate', { ...free, dependsOn: once({ db: 'healthy' }) }),
  service('db', checked),
);

test('a start waits for its own edges, each wait is there once and names those that need it', (t) => {
  t.deepEqual(plan(app, nothing), [
    '[] -> #1 db-1, create, no container yet',
    '[] -> #2 migrate-1, create, no container yet',
    '[] -> #3 web-1, create, no container yet',
    '[1] -> #4 db-1, start, container is new',
    '[4] -> #5 db-1, wait until healthy, needed by migrate, web',
    '[2,5] -> #6 migrate-1, start, container is new',
    '[6] -> #7 migrate-1, wait until completed, needed by web',
    '[3,5,7] -> #8 web-1, start, container is new',
  ]);
});

test('an edge that is satisfied already is not waited for', (t) => {
  const now = seen(running(app, { web: 'exited', migrate: 'exited' }), { db: HEALTHY });
  t.deepEqual(plan(app, now), ['[] -> #1 web-1, start, container is stopped']);
});

test('an edge to a container that runs on is waited for, also if it cannot be satisfied any more', (t) => {
  for (const status of ['starting', 'unhealthy'] as const) {
    const now = seen(running(app, { web: 'exited', migrate: 'exited' }), { db: { health: { status } } });
    t.deepEqual(plan(app, now), [
      '[] -> #1 db-1, wait until healthy, needed by web',
      '[1] -> #2 web-1, start, container is stopped',
    ]);
  }
});

test('a dependant that runs on waits for nothing', (t) => {
  t.deepEqual(plan(app, seen(running(app, { migrate: 'exited' }), {})), []);
});

test('a one-shot that has exited with 0 is not run again, unless it is named, changed or has failed', (t) => {
  const done = seen(running(app, { migrate: 'exited' }), { db: HEALTHY });
  t.deepEqual(reconcile(app, done).unchanged, [
    { container: 'app-db-1', state: 'running' },
    { container: 'app-migrate-1', state: 'completed' },
    { container: 'app-web-1', state: 'running' },
  ]);
  t.deepEqual(plan(app, done), []);
  t.deepEqual(plan(app, done, { services: ['web'] }), []);
  t.deepEqual(plan(app, done, { services: ['migrate'] }), [
    '[] -> #1 migrate-1, start, container is stopped',
  ]);
  const failed = seen(done, { migrate: { exitCode: 3 } });
  t.deepEqual(plan(app, failed), ['[] -> #1 migrate-1, start, container is stopped']);
  const changed = {
    ...app,
    services: { ...app.services, migrate: { ...app.services.migrate!, tty: true } },
  };
  t.deepEqual(
    plan(changed, done)[0],
    '[] -> #1 migrate....._app-migrate-1, create, configuration changed: tty',
  );
  const alone = project(service('job', free));
  t.deepEqual(plan(alone, running(alone, { job: 'exited' })), [
    '[] -> #1 job-1, start, container is stopped',
  ]);
});

test('a recreated dependency is waited for before its dependants start, and the old one goes last', (t) => {
  const wanted = project(
    service('web', { ...free, dependsOn: once({ db: 'healthy' }, { restart: true }) }),
    service('db', { ...checked, tty: true }),
  );
  const before = project(service('web', { ...free, dependsOn: after('db') }), service('db', checked));
  t.deepEqual(plan(wanted, seen(running(before), { db: HEALTHY })), [
    '[] -> #1 db.........._app-db-1, create, configuration changed: tty',
    '[] -> #2 web-1, stop, db-1 is restarted',
    '[1,2] -> #3 db-1, stop, configuration changed: tty',
    '[3] -> #4 db.........._app-db-1, rename to app-db-1, configuration changed: tty',
    '[4] -> #5 db-1, start, container is new',
    '[5] -> #6 db-1, wait until healthy, needed by web',
    '[2,6] -> #7 web-1, start, db-1 is restarted',
    '[7] -> #8 db.........._app-db-1, remove, replaced by db-1',
  ]);
});

test('an optional edge has a wait of its own', (t) => {
  const wanted = project(
    service('web', { ...free, dependsOn: once({ db: 'healthy' }) }),
    service('worker', { ...free, dependsOn: once({ db: 'healthy' }, { required: false }) }),
    service('db', checked),
  );
  t.deepEqual(plan(wanted, nothing).slice(3), [
    '[1] -> #4 db-1, start, container is new',
    '[4] -> #5 db-1, wait until healthy, needed by web',
    '[2,5] -> #6 web-1, start, container is new',
    '[4] -> #7 db-1, wait until healthy, if possible, needed by worker',
    '[3,7] -> #8 worker-1, start, container is new',
  ]);
});

test('services that are not selected, or not started, are not waited for', (t) => {
  t.deepEqual(plan(app, nothing, { services: ['web'], noDeps: true }), [
    '[] -> #1 web-1, create, no container yet',
    '[1] -> #2 web-1, start, container is new',
  ]);
  t.is(plan(app, nothing, { noStart: true }).length, 3);
});

test('--wait waits for all selected containers, before the replaced ones are removed', (t) => {
  t.deepEqual(plan(app, nothing, { wait: true }).slice(3), [
    '[1] -> #4 db-1, start, container is new',
    '[4] -> #5 db-1, wait until healthy, needed by migrate, web',
    '[2,5] -> #6 migrate-1, start, container is new',
    '[6] -> #7 migrate-1, wait until completed, needed by web',
    '[3,5,7] -> #8 web-1, start, container is new',
    '[8] -> #9 web-1, wait until running, asked for',
  ]);
  const done = seen(running(app, { migrate: 'exited' }), { db: HEALTHY });
  t.deepEqual(plan(app, done, { wait: true }), []);
  const starting = seen(done, { db: { health: { status: 'starting' } } });
  t.deepEqual(plan(app, starting, { wait: true }), ['[] -> #1 db-1, wait until running, asked for']);
  t.deepEqual(plan(app, nothing, { wait: true, noStart: true }).length, 3);
  const changed = {
    ...app,
    services: { ...app.services, web: { ...app.services.web!, tty: true } },
  };
  t.deepEqual(plan(changed, done, { wait: true }).slice(-3), [
    '[3] -> #4 web-1, start, container is new',
    '[4] -> #5 web-1, wait until running, asked for',
    '[5] -> #6 web........._app-web-1, remove, replaced by web-1',
  ]);
});

test('the dependencies of a service that another command starts, and what it waits for', (t) => {
  const web = app.services.web!;
  t.deepEqual(plan(app, nothing, { dependant: web }), [
    '[] -> #1 db-1, create, no container yet',
    '[] -> #2 migrate-1, create, no container yet',
    '[1] -> #3 db-1, start, container is new',
    '[3] -> #4 db-1, wait until healthy, needed by migrate, web',
    '[2,4] -> #5 migrate-1, start, container is new',
    '[5] -> #6 migrate-1, wait until completed, needed by web',
  ]);
  t.deepEqual(plan(app, seen(running(app, { migrate: 'exited' }), { db: HEALTHY }), { dependant: web }), []);
});

test('--always-recreate-deps recreates what the named services depend on', (t) => {
  const chain = project(
    service('web', { ...free, dependsOn: after('db') }),
    service('db', checked),
    service('other', free),
  );
  const of = (options: ReconcileOptions) =>
    plan(chain, running(chain), options).filter((line) => line.includes(', create,'));
  t.deepEqual(of({ alwaysRecreateDeps: true, services: ['web'] }), [
    '[] -> #1 db.........._app-db-1, create, asked for',
  ]);
  t.deepEqual(of({ alwaysRecreateDeps: true }), []);
  t.deepEqual(of({ alwaysRecreateDeps: true, forceRecreate: true, services: ['web'] }).length, 2);
});

test('start and restart wait for the edges that were recorded', (t) => {
  const stopped = seen(running(app, { web: 'exited', db: 'exited', migrate: 'exited' }), {});
  t.deepEqual(lines(planStart(stopped)), [
    '[] -> #1 db-1, start, container is stopped',
    '[1] -> #2 db-1, wait until healthy, needed by web',
    '[1,2] -> #3 web-1, start, container is stopped',
  ]);
  t.deepEqual(lines(planStart(stopped, { services: ['migrate'], wait: true })), [
    '[] -> #1 db-1, start, container is stopped',
    '[1] -> #2 db-1, wait until healthy, needed by migrate',
    '[2] -> #3 migrate-1, start, container is stopped',
    '[3] -> #4 migrate-1, wait until completed, asked for',
  ]);
  t.deepEqual(lines(planRestart(seen(running(app), { db: HEALTHY }))), [
    '[] -> #1 db-1, restart, asked for',
    '[1] -> #2 db-1, wait until healthy, needed by migrate, web',
    '[2] -> #3 migrate-1, restart, asked for',
    '[3] -> #4 migrate-1, wait until completed, needed by web',
    '[2,4] -> #5 web-1, restart, asked for',
  ]);
  t.deepEqual(lines(planRestart(seen(running(app), {}), { services: ['web'] })), [
    '[] -> #1 web-1, restart, asked for',
  ]);
});

test('how a container stands to each condition', (t) => {
  const table = (state: Parameters<typeof standing>[1]) =>
    (['healthy', 'completed', 'running'] as const).map((condition) => standing(condition, state));
  t.deepEqual(table({ state: 'created' }), ['pending', 'pending', 'pending']);
  t.deepEqual(table({ state: 'restarting', exitCode: 3 }), ['pending', 'pending', 'pending']);
  t.deepEqual(table({ state: 'running' }), ['lost', 'pending', 'satisfied']);
  const health = (status: 'starting' | 'healthy' | 'unhealthy') => ({ health: { status } });
  t.deepEqual(table({ state: 'running', ...health('starting') }), ['pending', 'pending', 'pending']);
  t.deepEqual(table({ state: 'running', ...health('healthy') }), ['satisfied', 'pending', 'satisfied']);
  t.deepEqual(table({ state: 'paused', ...health('unhealthy') }), ['lost', 'pending', 'lost']);
  t.deepEqual(table({ state: 'exited', exitCode: 0 }), ['lost', 'satisfied', 'satisfied']);
  t.deepEqual(table({ state: 'exited', exitCode: 3, ...health('healthy') }), ['lost', 'lost', 'lost']);
});

test('an unknown condition of an older record is one of a start', (t) => {
  const odd = dependency({ condition: 'service_ready' as never });
  const wanted = project(service('web', { ...free, dependsOn: { db: odd } }), service('db', free));
  t.is(plan(wanted, nothing).at(-1), '[2,3] -> #4 web-1, start, container is new');
});

const HEALTHY = { health: { status: 'healthy' } } as const;

const plan = (wanted: Project, observed: Observed, options: ReconcileOptions = {}): readonly string[] =>
  lines(reconcile(wanted, observed, options));

/** With more about the containers of services; those that do not run have exited with 0. */
const seen = (observed: Observed, more: Readonly<Record<string, Partial<ObservedContainer>>>): Observed => ({
  ...observed,
  containers: observed.containers.map((container) => ({
    exitCode: 0,
    ...container,
    ...more[container.service],
  })),
});

test('an optional dependency may have no health check, but no restart policy that keeps it from completing', (t) => {
  const of = (condition: 'healthy' | 'completed_successfully') =>
    reconcile(
      project(
        service('web', { ...free, dependsOn: once({ db: condition }, { required: false }) }),
        service('db', { ...free, restart: { kind: 'unless-stopped' } }),
      ),
      nothing,
    ).diagnostics.length;
  t.is(of('healthy'), 0);
  t.is(of('completed_successfully'), 1);
});

test('an edge that can never be satisfied is an error at its condition', (t) => {
  const wanted = project(
    service('web', { ...free, dependsOn: once({ db: 'healthy' }) }),
    service('api', {
      ...free,
      dependsOn: once({ job: 'completed_successfully', once: 'completed_successfully' }),
    }),
    service('db', free),
    service('job', { ...free, restart: { kind: 'unless-stopped' } }),
    service('once', { ...free, restart: { kind: 'on-failure' } }),
  );
  const of = (options: ReconcileOptions = {}) =>
    reconcile(wanted, nothing, options).diagnostics.map(({ code, from, message }) => [code, from, message]);
  const healthy = [
    'conflicting-keys',
    'services.web.depends_on.db.condition',
    'service `db` has no health check, so it never becomes healthy',
  ];
  t.deepEqual(of(), [
    healthy,
    [
      'conflicting-keys',
      'services.api.depends_on.job.condition',
      'service `job` is started again whenever it exits, so it never completes',
    ],
  ]);
  t.deepEqual(of({ services: ['web'] }), [healthy]);
  t.deepEqual(of({ services: ['web'], noDeps: true }), []);
  t.deepEqual(of({ dependant: wanted.services.web! }), [healthy]);
});
