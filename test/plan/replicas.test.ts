import test from 'ava';
import type { ReconcileOptions } from '../../src/plan/decide/decisions.ts';
import type { Observed, ObservedContainer } from '../../src/plan/observed.ts';
import { reconcile } from '../../src/plan/reconcile.ts';
import type { Project, Service } from '../../src/project/model/project.ts';
import { after, dependency, lines, nothing, project, running, service } from './samples.ts';

const app = (replicas: number, more: Partial<Service> = {}): Project =>
  project(service('web', { replicas, ...more }));

test('every container of a service has a number, and a dependant waits for all of them', (t) => {
  const wanted = project(
    service('proxy', { dependsOn: after('web') }),
    service('web', { replicas: 2, dependsOn: after('db') }),
    service('db'),
  );
  t.deepEqual(plan(wanted, nothing), [
    '[] -> #1 network app_default, create, no network yet',
    '[] -> #2 db-1, create, no container yet',
    '[] -> #3 web-1, create, no container yet',
    '[] -> #4 web-2, create, no container yet',
    '[] -> #5 proxy-1, create, no container yet',
    '[1,2] -> #6 db-1, start, container is new',
    '[1,3,6] -> #7 web-1, start, container is new',
    '[1,4,6] -> #8 web-2, start, container is new',
    '[1,5,7,8] -> #9 proxy-1, start, container is new',
  ]);
  t.deepEqual(plan(wanted, running(wanted)), []);
});

test('more containers leave the others as they are', (t) => {
  t.deepEqual(plan(app(3), running(app(1))), [
    '[] -> #1 web-2, create, no container yet',
    '[] -> #2 web-3, create, no container yet',
    '[1] -> #3 web-2, start, container is new',
    '[2] -> #4 web-3, start, container is new',
  ]);
  t.deepEqual(
    reconcile(app(3), running(app(1))).unchanged.map(({ container }) => container),
    ['app-web-1'],
  );
});

test('a new container has the smallest number that is free, and the others keep theirs', (t) => {
  t.deepEqual(plan(app(3), without(running(app(4)), 1, 3)), [
    '[] -> #1 web-1, create, no container yet',
    '[1] -> #2 web-1, start, container is new',
  ]);
  t.deepEqual(plan(app(2), without(running(app(4)), 1, 3)), []);
});

test('of too many containers, those with the highest numbers are stopped and removed', (t) => {
  t.deepEqual(plan(app(1), running(app(3))), [
    '[] -> #1 web-3, stop, web is scaled to 1',
    '[] -> #2 web-2, stop, web is scaled to 1',
    '[1,2] -> #3 web-2, remove, web is scaled to 1',
    '[3] -> #4 web-3, remove, web is scaled to 1',
  ]);
});

test('containers that would be replaced anyway go first', (t) => {
  const observed = withOld(running(app(3)), 1, 2);
  t.deepEqual(plan(app(1), observed), [
    '[] -> #1 web-2, stop, web is scaled to 1',
    '[] -> #2 web-1, stop, web is scaled to 1',
    '[1,2] -> #3 web-1, remove, web is scaled to 1',
    '[3] -> #4 web-2, remove, web is scaled to 1',
  ]);
  t.deepEqual(plan(app(2), observed), [
    '[] -> #1 web........._app-web-1, create, configuration changed',
    '[] -> #2 web-2, stop, web is scaled to 2',
    '[1] -> #3 web-1, stop, configuration changed',
    '[3] -> #4 web........._app-web-1, rename to app-web-1, configuration changed',
    '[4] -> #5 web-1, start, container is new',
    '[2,5] -> #6 web........._app-web-1, remove, replaced by web-1',
    '[6] -> #7 web-2, remove, web is scaled to 2',
  ]);
});

test('with noRecreate, nothing is to be replaced, and the highest numbers go', (t) => {
  t.deepEqual(plan(app(1), withOld(running(app(2)), 1), { noRecreate: true }), [
    '[] -> #1 web-2, stop, web is scaled to 1',
    '[1] -> #2 web-2, remove, web is scaled to 1',
  ]);
});

test('without containers, a service is passed over: order holds through it', (t) => {
  const wanted = project(
    service('proxy', { dependsOn: after('web') }),
    service('web', { replicas: 0, dependsOn: after('db') }),
    service('db'),
  );
  t.deepEqual(plan(wanted, nothing), [
    '[] -> #1 network app_default, create, no network yet',
    '[] -> #2 db-1, create, no container yet',
    '[] -> #3 proxy-1, create, no container yet',
    '[1,2] -> #4 db-1, start, container is new',
    '[1,3,4] -> #5 proxy-1, start, container is new',
  ]);
  t.deepEqual(plan(app(0), running(app(2))), [
    '[] -> #1 web-2, stop, web is scaled to 0',
    '[] -> #2 web-1, stop, web is scaled to 0',
    '[1,2] -> #3 web-1, remove, web is scaled to 0',
    '[3] -> #4 web-2, remove, web is scaled to 0',
  ]);
});

test('the number is no part of the configuration, and counts for the selected services only', (t) => {
  const wanted = (replicas: number) => project(service('web', { replicas }), service('db'));
  t.deepEqual(plan(wanted(3), running(wanted(2)), { services: ['db'] }), []);
  t.deepEqual(plan(wanted(1), running(wanted(2)), { services: ['db'] }), []);
  const dependent = (replicas: number) =>
    project(service('web', { replicas }), service('db', { dependsOn: after('web') }));
  t.is(plan(dependent(3), running(dependent(2)), { services: ['db'], noDeps: true }).length, 0);
  t.is(plan(dependent(3), running(dependent(2)), { services: ['db'] }).length, 2);
});

test('a changed service is replaced container by container, and one that leaves can be put back until the end', (t) => {
  const observed = running(project(service('web', { replicas: 2 }), service('db')));
  const wanted = project(service('web', { replicas: 1 }), service('db', { tty: true }));
  t.deepEqual(plan(wanted, observed), [
    '[] -> #1 db.........._app-db-1, create, configuration changed: tty',
    '[1] -> #2 db-1, stop, configuration changed: tty',
    '[] -> #3 web-2, stop, web is scaled to 1',
    '[2] -> #4 db.........._app-db-1, rename to app-db-1, configuration changed: tty',
    '[4] -> #5 db-1, start, container is new',
    '[3,5] -> #6 db.........._app-db-1, remove, replaced by db-1',
    '[6] -> #7 web-2, remove, web is scaled to 1',
  ]);
  const both = plan(app(2, { tty: true }), running(app(2)));
  t.is(both.filter((line) => line.includes('rename to')).length, 2);
  t.is(both.length, 10);
});

// Red without: portIds in plan/reconcile/start.ts.
test('a start waits for the stops of all containers of its service, if they have ports', (t) => {
  const ports = (first: number): Partial<Service> => ({
    ports: [
      { from: 'services.web.ports[0]', target: 80, protocol: 'tcp', published: { first, last: first + 2 } },
    ],
  });
  const starts = plan(app(2, ports(8081)), running(app(2, ports(8080)))).filter((line) =>
    line.includes('start,'),
  );
  t.deepEqual(starts, [
    '[3,4,5] -> #7 web-1, start, container is new',
    '[3,4,6] -> #8 web-2, start, container is new',
  ]);
});

test('what shares a namespace, or takes over mounts, asks for the first container of the other service', (t) => {
  const wanted = (replicas: number, more: Partial<Service> = {}) =>
    project(
      service('beside', {
        namespaces: { network: { kind: 'service', name: 'web' } },
        dependsOn: after('web'),
      }),
      service('reader', {
        volumesFrom: [{ kind: 'service', name: 'web', readOnly: false }],
        dependsOn: after('web'),
      }),
      service('web', { replicas, ...more }),
    );
  t.is(plan(wanted(3), running(wanted(1))).length, 4);
  const causes = (observed: Observed, replicas: number): readonly string[] => [
    ...new Set(
      reconcile(wanted(replicas), observed).operations.flatMap((one) =>
        one.kind === 'container' && one.service !== 'web' && one.verb === 'stop' ? [one.because] : [],
      ),
    ),
  ];
  t.deepEqual(causes(without(running(wanted(2)), 1), 2), [
    'has the volumes of web-1, which is new',
    'shares a namespace with web-1, which is started',
  ]);
  // Red without: joinedIds in plan/reconcile/start.ts.
  const gone = reconcile(wanted(1), withOld(running(wanted(2)), 1)).operations;
  const [stop] = gone.filter((one) => one.verb === 'stop' && one.name === 'web-1');
  const [start] = gone.filter((one) => one.verb === 'start' && one.name === 'beside-1');
  t.true(start!.dependsOn.includes(stop!.id));
  t.deepEqual(causes(withOld(running(wanted(2)), 1), 1), [
    'has the volumes of web-2, which is the first now',
    'shares a namespace with web-2, which is the first now',
  ]);
});

test('a dependant with restart: true is restarted if any container of its dependency is replaced', (t) => {
  const wanted = project(
    service('proxy', { dependsOn: { web: dependency({ restart: true }) } }),
    service('web', { replicas: 2 }),
  );
  const causes = plan(wanted, withOld(running(wanted), 2)).filter((line) => line.includes(' proxy-1'));
  t.deepEqual(causes, [
    '[] -> #2 proxy-1, stop, web-2 is restarted',
    '[2,5] -> #6 proxy-1, start, web-2 is restarted',
  ]);
});

test('a separator and a recorded name are those of each number', (t) => {
  const wanted = { ...app(2), separator: '_' } as const;
  const names = reconcile(wanted, running(app(1))).operations.map((one) =>
    one.kind === 'container' ? one.container : '',
  );
  t.deepEqual([...new Set(names)], ['app_web_2']);
});

const plan = (wanted: Project, observed: Observed, options: ReconcileOptions = {}): readonly string[] =>
  lines(reconcile(wanted, observed, options));

const without = (observed: Observed, ...numbers: readonly number[]): Observed => ({
  ...observed,
  containers: observed.containers.filter((one) => one.service !== 'web' || !numbers.includes(one.number)),
});

/** With containers of these numbers that were made from another file. */
const withOld = (observed: Observed, ...numbers: readonly number[]): Observed => ({
  ...observed,
  containers: observed.containers.map((one): ObservedContainer => {
    if (one.service !== 'web' || !numbers.includes(one.number)) return one;
    const { definition: _, ...rest } = one;
    return { ...rest, configHash: 'old' };
  }),
});
