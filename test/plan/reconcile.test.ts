import test from 'ava';
import type { ReconcileOptions } from '../../src/plan/decide/decisions.ts';
import type { Observed, ObservedContainer } from '../../src/plan/observed.ts';
import { reconcile } from '../../src/plan/reconcile.ts';
import type { Project, Service } from '../../src/project/model/project.ts';
import {
  after,
  counted,
  dependency,
  lines,
  network,
  nothing,
  on,
  oneOff,
  project,
  running,
  service,
  TEN_TIMES,
} from './samples.ts';

const chain = project(
  service('web', { dependsOn: after('api') }),
  service('api', { dependsOn: after('db') }),
  service('db'),
);

test('a paused container continues, and what shares its namespaces stays as it is', (t) => {
  t.deepEqual(plan(chain, running(chain, { db: 'paused', web: 'exited' })), [
    '[] -> #1 db-1, unpause, container is paused',
    '[1] -> #2 web-1, start, container is stopped',
  ]);
  const shared = project(
    service('web', { namespaces: { pid: { kind: 'service', name: 'db' } } }),
    service('db'),
  );
  t.deepEqual(plan(shared, running(shared, { db: 'paused' })), [
    '[] -> #1 db-1, unpause, container is paused',
  ]);
  t.deepEqual(plan(chain, running(chain, { db: 'paused' }), { noStart: true }), []);
});

test('a project that is not there yet: networks, containers, then starts behind what they depend on', (t) => {
  t.deepEqual(plan(chain, nothing), [
    '[] -> #1 network app_default, create, no network yet',
    '[] -> #2 db-1, create, no container yet',
    '[] -> #3 api-1, create, no container yet',
    '[] -> #4 web-1, create, no container yet',
    '[1,2] -> #5 db-1, start, container is new',
    '[1,3,5] -> #6 api-1, start, container is new',
    '[1,4,6] -> #7 web-1, start, container is new',
  ]);
});

test('an unchanged project plans nothing', (t) => {
  t.deepEqual(plan(chain, running(chain)), []);
});

test('what does not depend on each other does not wait for each other', (t) => {
  const two = project(service('a', { networks: {} }), service('b', { networks: {} }));
  t.deepEqual(plan(two, nothing), [
    '[] -> #1 a-1, create, no container yet',
    '[] -> #2 b-1, create, no container yet',
    '[1] -> #3 a-1, start, container is new',
    '[2] -> #4 b-1, start, container is new',
  ]);
});

test('only networks that a service is on are made', (t) => {
  const wanted = {
    ...project(service('web', { networks: on('front') })),
    networks: networks('front', 'back'),
  };
  t.deepEqual(plan(wanted, nothing)[0], '[] -> #1 network app_front, create, no network yet');
  t.is(plan(wanted, nothing).length, 3);
});

test('a container that runs and need not change is kept, if it was asked for', (t) => {
  const kept = (...services: string[]) =>
    reconcile(chain, running(chain, { db: 'exited' }), { services }).unchanged;
  t.deepEqual(kept(), [
    { container: 'app-api-1', state: 'running' },
    { container: 'app-web-1', state: 'running' },
  ]);
  t.deepEqual(kept('api'), [{ container: 'app-api-1', state: 'running' }]);
});

test('a stopped container is started, and waits for nothing that runs', (t) => {
  t.deepEqual(plan(chain, running(chain, { web: 'exited' })), [
    '[] -> #1 web-1, start, container is stopped',
  ]);
});

test('stopped containers are started in order', (t) => {
  t.deepEqual(plan(chain, running(chain, { web: 'exited', api: 'exited', db: 'created' })), [
    '[] -> #1 db-1, start, container was never started',
    '[1] -> #2 api-1, start, container is stopped',
    '[2] -> #3 web-1, start, container is stopped',
  ]);
});

test('order holds through a container that is left as it is', (t) => {
  t.deepEqual(plan(chain, running(chain, { web: 'exited', db: 'exited' })), [
    '[] -> #1 db-1, start, container is stopped',
    '[1] -> #2 web-1, start, container is stopped',
  ]);
  const wanted = changed(changed(chain, 'db', { tty: true }), 'web', { tty: true });
  t.deepEqual(plan(wanted, running(chain)).slice(2, 4), [
    '[2] -> #3 web-1, stop, configuration changed: tty',
    '[1,3] -> #4 db-1, stop, configuration changed: tty',
  ]);
});

test('a changed service is recreated, and the cause names the changed keys', (t) => {
  const wanted = changed(chain, 'api', { limits: { memory: 64 }, environment: { A: '1' } });
  t.deepEqual(plan(wanted, running(chain)), [
    '[] -> #1 api........._app-api-1, create, configuration changed: environment, memory',
    '[1] -> #2 api-1, stop, configuration changed: environment, memory',
    '[2] -> #3 api........._app-api-1, rename to app-api-1, configuration changed: environment, memory',
    '[3] -> #4 api-1, start, container is new',
    '[4] -> #5 api........._app-api-1, remove, replaced by api-1',
  ]);
});

test('without the former definition the cause can only say that it changed', (t) => {
  const observed = running(changed(chain, 'db', { tty: true }));
  const containers = observed.containers.map(({ definition: _, ...container }) => container);
  t.is(
    plan(chain, { ...observed, containers })[0],
    '[] -> #1 db.........._app-db-1, create, configuration changed',
  );
});

test('what is replaced or an orphan is removed after everything else, and can be put back until then', (t) => {
  const before = project(
    service('web', { networks: {} }),
    service('db', { networks: {} }),
    service('old', { networks: {} }),
  );
  const { old: _, ...services } = before.services;
  const wanted = changed(changed({ ...before, services }, 'web', { tty: true }), 'db', { tty: true });
  const plan = reconcile(wanted, running(before), { removeOrphans: true });
  t.deepEqual(lines(plan), [
    '[] -> #1 web........._app-web-1, create, configuration changed: tty',
    '[] -> #2 db.........._app-db-1, create, configuration changed: tty',
    '[] -> #3 old-1, stop, belongs to no service of the file',
    '[2] -> #4 db-1, stop, configuration changed: tty',
    '[1] -> #5 web-1, stop, configuration changed: tty',
    '[5] -> #6 web........._app-web-1, rename to app-web-1, configuration changed: tty',
    '[4] -> #7 db.........._app-db-1, rename to app-db-1, configuration changed: tty',
    '[6] -> #8 web-1, start, container is new',
    '[7] -> #9 db-1, start, container is new',
    '[3,8,9] -> #10 web........._app-web-1, remove, replaced by web-1',
    '[10] -> #11 db.........._app-db-1, remove, replaced by db-1',
    '[11] -> #12 old-1, remove, belongs to no service of the file',
  ]);
  for (const operation of plan.operations) {
    if (operation.verb === 'stop') t.true(operation.revives);
    if (operation.verb === 'remove' && operation.kind === 'container') t.true(operation.isLast);
  }
});

test('a stopped container that is replaced is not stopped, and one that need not run is not started', (t) => {
  const web = project(service('web', { networks: {} }));
  const observed = running(web, { web: 'exited' });
  t.deepEqual(plan(changed(web, 'web', { tty: true }), observed, { noStart: true }), [
    '[] -> #1 web........._app-web-1, create, configuration changed: tty',
    '[1] -> #2 web........._app-web-1, rename to app-web-1, configuration changed: tty',
    '[2] -> #3 web........._app-web-1, remove, replaced by web-1',
  ]);
});

test('a separator is for the names of new containers; a changed one keeps its name', (t) => {
  const web = project(service('web'));
  const nameIn = (wanted: Project, observed: Observed) =>
    reconcile({ ...wanted, separator: '_' }, observed).operations.flatMap((one) =>
      one.kind === 'container' && one.verb === 'start' ? [one.container] : [],
    );
  t.deepEqual(nameIn(web, nothing), ['app_web_1']);
  const changes = changed(web, 'web', { tty: true });
  t.deepEqual(nameIn(changes, running(web)), ['app-web-1']);
  const special = project(service('web', { containerName: 'special' }));
  t.deepEqual(nameIn(special, running(web)), ['special']);
  t.deepEqual(nameIn(web, running(special)), ['app_web_1']);
});

test('a container name that another container has is an error', (t) => {
  const before = project(service('web'), service('old', { containerName: 'front' }));
  const wanted = changed(project(service('web')), 'web', { containerName: 'front' });
  const { diagnostics } = reconcile(wanted, running(before), { ignoreOrphans: true });
  t.deepEqual(
    diagnostics.map(({ severity, code, from, message }) => [severity, code, from, message]),
    [
      [
        'error',
        'name-in-use',
        'services.web.container_name',
        'the container name `front` is in use by service `old`',
      ],
    ],
  );
});

test('another dependency is no reason to recreate a container', (t) => {
  t.deepEqual(plan(changed(chain, 'web', { dependsOn: {} }), running(chain)), []);
});

test('of two changed services the dependant goes first and comes back last', (t) => {
  const wanted = changed(changed(chain, 'db', { tty: true }), 'api', { tty: true });
  t.deepEqual(plan(wanted, running(chain)), [
    '[] -> #1 db.........._app-db-1, create, configuration changed: tty',
    '[] -> #2 api........._app-api-1, create, configuration changed: tty',
    '[2] -> #3 api-1, stop, configuration changed: tty',
    '[1,3] -> #4 db-1, stop, configuration changed: tty',
    '[4] -> #5 db.........._app-db-1, rename to app-db-1, configuration changed: tty',
    '[3] -> #6 api........._app-api-1, rename to app-api-1, configuration changed: tty',
    '[5] -> #7 db-1, start, container is new',
    '[6,7] -> #8 api-1, start, container is new',
    '[8] -> #9 db.........._app-db-1, remove, replaced by db-1',
    '[9] -> #10 api........._app-api-1, remove, replaced by api-1',
  ]);
});

test('a dependency that was turned round does not make a circle', (t) => {
  const before = project(service('a', { dependsOn: after('b') }), service('b'));
  const now = project(service('a', { tty: true }), service('b', { tty: true, dependsOn: after('a') }));
  t.deepEqual(plan(now, running(before)), [
    '[] -> #1 a..........._app-a-1, create, configuration changed: tty',
    '[] -> #2 b..........._app-b-1, create, configuration changed: tty',
    '[1] -> #3 a-1, stop, configuration changed: tty',
    '[2,3] -> #4 b-1, stop, configuration changed: tty',
    '[3] -> #5 a..........._app-a-1, rename to app-a-1, configuration changed: tty',
    '[4] -> #6 b..........._app-b-1, rename to app-b-1, configuration changed: tty',
    '[5] -> #7 a-1, start, container is new',
    '[6,7] -> #8 b-1, start, container is new',
    '[8] -> #9 a..........._app-a-1, remove, replaced by a-1',
    '[9] -> #10 b..........._app-b-1, remove, replaced by b-1',
  ]);
});

test('another container name replaces the container that has the old one', (t) => {
  t.deepEqual(plan(changed(chain, 'web', { containerName: 'front' }), running(chain)), [
    '[] -> #1 web........._front, create, configuration changed: container_name',
    '[1] -> #2 web-1, stop, configuration changed: container_name',
    '[2] -> #3 web........._front, rename to front, configuration changed: container_name',
    '[3] -> #4 web-1, start, container is new',
    '[4] -> #5 web........._front, remove, replaced by web-1',
  ]);
});

test('a dependant with restart: true is restarted when its dependency is recreated', (t) => {
  const before = project(
    service('web', { dependsOn: { db: dependency({ restart: true }) } }),
    service('log', { dependsOn: after('db') }),
    service('db'),
  );
  t.deepEqual(plan(changed(before, 'db', { tty: true }), running(before)), [
    '[] -> #1 db.........._app-db-1, create, configuration changed: tty',
    '[] -> #2 web-1, stop, db-1 is restarted',
    '[1,2] -> #3 db-1, stop, configuration changed: tty',
    '[3] -> #4 db.........._app-db-1, rename to app-db-1, configuration changed: tty',
    '[4] -> #5 db-1, start, container is new',
    '[2,5] -> #6 web-1, start, db-1 is restarted',
    '[6] -> #7 db.........._app-db-1, remove, replaced by db-1',
  ]);
});

/** Red without: `bounce` in isStartedAgain, `isRunning` or `noStart` in the same line of judge.ts. */
test('restart: true goes along a chain; what does not run, or is not to start, stays as it is', (t) => {
  const again = (name: string) => ({ [name]: dependency({ restart: true }) });
  const before = project(
    service('web', { dependsOn: again('api') }),
    service('api', { dependsOn: again('db') }),
    service('db'),
  );
  const wanted = changed(before, 'db', { tty: true });
  const about = (name: string, states: Parameters<typeof running>[1], options = {}) =>
    plan(wanted, running(before, states), options)
      .filter((line) => line.includes(` ${name}-1, `))
      .map((line) => line.replace(/.* #\d+ /, ''));
  t.deepEqual(about('web', {}), ['web-1, stop, api-1 is restarted', 'web-1, start, api-1 is restarted']);
  t.deepEqual(about('api', { api: 'exited' }), ['api-1, start, container is stopped']);
  t.deepEqual(about('api', { api: 'exited' }, { services: ['db'] }), []);
  t.deepEqual(about('api', {}, { noStart: true }), []);
});

/** Red without: `selected` before `isPaused` in judge.ts. */
test('what is paused and was not selected stays paused', (t) => {
  t.deepEqual(plan(chain, running(chain, { web: 'paused' }), { services: ['db'] }), []);
});

test('a changed network is recreated, and running containers are connected to it again', (t) => {
  const before = project(
    service('web', { networks: on('front', 'back') }),
    service('db', { networks: on('back') }),
  );
  const wanted = {
    ...before,
    networks: { ...before.networks, back: network('back', { blocks: [{ subnet: '10.9.0.0/24' }] }) },
  };
  t.deepEqual(plan(wanted, running(before, { db: 'exited' })), [
    '[] -> #1 web-1, disconnect from back, network back is recreated',
    '[1] -> #2 network app_back, recreate, configuration changed',
    '[2] -> #3 web-1, connect to back, network back is recreated',
    '[2] -> #4 db-1, start, container is stopped',
  ]);
});

test('a changed network also connects containers that were not asked for, and leaves stopped ones stopped', (t) => {
  const before = project(service('web'), service('api'), service('db'));
  const wanted = {
    ...before,
    networks: { default: network('default', { blocks: [{ subnet: '10.9.0.0/24' }] }) },
  };
  t.deepEqual(plan(wanted, running(before, { db: 'exited' }), { services: ['web'] }), [
    '[] -> #1 web-1, disconnect from default, network default is recreated',
    '[] -> #2 api-1, disconnect from default, network default is recreated',
    '[1,2] -> #3 network app_default, recreate, configuration changed',
    '[3] -> #4 web-1, connect to default, network default is recreated',
    '[3] -> #5 api-1, connect to default, network default is recreated',
  ]);
});

test('a container that moves to a changed network, and starts after a dependency is connected to it again', (t) => {
  const before = project(
    service('a', { networks: on('old'), dependsOn: after('b') }),
    service('b', { networks: on('net') }),
  );
  const networked = {
    ...before,
    networks: { ...before.networks, net: network('net', { blocks: [{ subnet: '10.9.0.0/24' }] }) },
  };
  t.deepEqual(plan(changed(networked, 'a', { networks: on('net') }), running(before)), [
    '[] -> #1 a..........._app-a-1, create, configuration changed: networks',
    '[1] -> #2 a-1, stop, configuration changed: networks',
    '[] -> #3 b-1, disconnect from net, network net is recreated',
    '[3] -> #4 network app_net, recreate, configuration changed',
    '[4] -> #5 b-1, connect to net, network net is recreated',
    '[2] -> #6 a..........._app-a-1, rename to app-a-1, configuration changed: networks',
    '[4,5,6] -> #7 a-1, start, container is new',
    '[7] -> #8 a..........._app-a-1, remove, replaced by a-1',
  ]);
});

test('a network is disconnected after the stops on it, which may take long', (t) => {
  const before = project(service('web'), service('db'));
  const networked = {
    ...before,
    networks: { default: network('default', { blocks: [{ subnet: '10.9.0.0/24' }] }) },
  };
  t.deepEqual(plan(changed(networked, 'web', { tty: true }), running(before)), [
    '[] -> #1 web........._app-web-1, create, configuration changed: tty',
    '[1] -> #2 web-1, stop, configuration changed: tty',
    '[2] -> #3 db-1, disconnect from default, network default is recreated',
    '[2,3] -> #4 network app_default, recreate, configuration changed',
    '[4] -> #5 db-1, connect to default, network default is recreated',
    '[2] -> #6 web........._app-web-1, rename to app-web-1, configuration changed: tty',
    '[4,6] -> #7 web-1, start, container is new',
    '[5,7] -> #8 web........._app-web-1, remove, replaced by web-1',
  ]);
});

test('one-off containers on a changed network are connected to it again', (t) => {
  const before = project(service('web'));
  const wanted = {
    ...before,
    networks: { default: network('default', { blocks: [{ gateway: '10.0.0.1' }] }) },
  };
  const observed = { ...running(before), containers: [oneOff('web')] };
  t.deepEqual(plan(wanted, observed), [
    '[] -> #1 web-1, create, no container yet',
    '[] -> #2 app-web-run-3f2a, disconnect from default, network default is recreated',
    '[2] -> #3 network app_default, recreate, configuration changed',
    '[3] -> #4 app-web-run-3f2a, connect to default, network default is recreated',
    '[1,3] -> #5 web-1, start, container is new',
  ]);
});

test('containers of a network that is gone are connected to the new one', (t) => {
  const web = project(service('web'));
  t.deepEqual(plan(web, { ...running(web), networks: [] }), [
    '[] -> #1 network app_default, create, no network yet',
    '[1] -> #2 web-1, connect to default, network default is recreated',
  ]);
});

test('selected services come with what they depend on', (t) => {
  t.deepEqual(
    plan(chain, nothing, { services: ['api'] }).map((line) => line.replace(/^.*?#\d /, '')),
    [
      'network app_default, create, no network yet',
      'db-1, create, no container yet',
      'api-1, create, no container yet',
      'db-1, start, container is new',
      'api-1, start, container is new',
    ],
  );
});

test('noDeps leaves out what the selected services depend on', (t) => {
  t.deepEqual(
    plan(chain, running(chain, { api: 'exited', db: 'exited' }), { services: ['api'], noDeps: true }),
    ['[] -> #1 api-1, start, container is stopped'],
  );
});

test('what was not selected stays as it is, changed or not', (t) => {
  t.deepEqual(plan(changed(chain, 'web', { tty: true }), running(chain), { services: ['db'] }), []);
});

test('forceRecreate recreates the selected services, and their dependencies only if those have changed', (t) => {
  t.deepEqual(plan(chain, running(chain), { forceRecreate: true, services: ['web'] }), [
    '[] -> #1 web........._app-web-1, create, asked for',
    '[1] -> #2 web-1, stop, asked for',
    '[2] -> #3 web........._app-web-1, rename to app-web-1, asked for',
    '[3] -> #4 web-1, start, container is new',
    '[4] -> #5 web........._app-web-1, remove, replaced by web-1',
  ]);
  t.is(plan(chain, running(chain), { forceRecreate: true }).length, 15);
});

test('noRecreate starts what is stopped, changed or not', (t) => {
  const wanted = changed(changed(chain, 'web', { tty: true }), 'db', { tty: true });
  t.deepEqual(plan(wanted, running(chain, { web: 'exited' }), { noRecreate: true }), [
    '[] -> #1 web-1, start, container is stopped',
  ]);
});

test('noRecreate leaves a changed network', (t) => {
  const wanted = {
    ...chain,
    networks: { default: network('default', { blocks: [{ subnet: '10.9.0.0/24' }] }) },
  };
  t.deepEqual(plan(wanted, running(chain), { noRecreate: true }), []);
});

test('noStart makes containers and starts none', (t) => {
  t.deepEqual(plan(project(service('web')), nothing, { noStart: true }), [
    '[] -> #1 network app_default, create, no network yet',
    '[] -> #2 web-1, create, no container yet',
  ]);
});

test('containers of services that the file does not have are a warning', (t) => {
  const { operations, diagnostics } = reconcile(project(service('db')), running(chain));
  t.deepEqual(operations, []);
  t.deepEqual(
    diagnostics.map(({ code, severity }) => [code, severity]),
    [['orphan-containers', 'warning']],
  );
  t.regex(diagnostics[0]!.message, /`web-1`, `api-1`/);
});

test('removeOrphans stops and removes orphans, and the networks that are unused then', (t) => {
  const before = project(service('web', { networks: on('front'), dependsOn: after('db') }), service('db'));
  const { diagnostics } = reconcile(project(service('db')), running(before), { removeOrphans: true });
  t.deepEqual(diagnostics, []);
  t.deepEqual(plan(project(service('db')), running(before, {}), { removeOrphans: true }), [
    '[] -> #1 web-1, stop, belongs to no service of the file',
    '[1] -> #2 web-1, remove, belongs to no service of the file',
    '[2] -> #3 network app_front, remove, network is not in the file',
  ]);
});

test('a network that the file no longer has stays while somebody is on it', (t) => {
  const before = project(service('web', { networks: on('front') }), service('db'));
  const wanted = changed(before, 'web', { networks: on('default') });
  const { front: _, ...networks } = wanted.networks;
  const options = { removeOrphans: true };
  t.deepEqual(plan({ ...wanted, networks }, running(before), { ...options, services: ['db'] }), []);
  t.deepEqual(plan({ ...wanted, networks }, running(before), options).slice(-2), [
    '[4] -> #5 web........._app-web-1, remove, replaced by web-1',
    '[5] -> #6 network app_front, remove, network is not in the file',
  ]);
});

test('a network that the file no longer has stays while one of those that were on it is on it', (t) => {
  const before = project(service('old', { networks: on('front') }), service('db'));
  const observed = running(before);
  const left = { ...oneOff('db'), networks: ['front'] };
  t.deepEqual(
    plan(
      project(service('db')),
      { ...observed, containers: [...observed.containers, left] },
      { removeOrphans: true },
    ),
    [
      '[] -> #1 old-1, stop, belongs to no service of the file',
      '[1] -> #2 old-1, remove, belongs to no service of the file',
    ],
  );
});

test('a network that lacks its bridge or a cable is made again, and its containers run on', (t) => {
  const wanted = project(
    service('web', { networks: on('front'), dependsOn: after('db') }),
    service('db', { networks: on('front') }),
    service('other'),
    service('over', { networks: on('front') }),
  );
  const before = running(wanted, { over: 'exited' });
  const observed = {
    ...before,
    networks: before.networks.map((one) => ({ ...one, isBroken: one.key === 'front' })),
  };
  t.deepEqual(plan(wanted, observed), [
    '[] -> #1 web-1, disconnect from front, network front is restored',
    '[] -> #2 db-1, disconnect from front, network front is restored',
    '[1,2] -> #3 network app_front, recreate, its bridge or a veth device is missing',
    '[3] -> #4 web-1, connect to front, network front is restored',
    '[3] -> #5 db-1, connect to front, network front is restored',
    '[3] -> #6 over-1, start, container is stopped',
  ]);
});

test('one-off containers are orphans when they have exited, not before', (t) => {
  const web = project(service('web'));
  const observed = running(web);
  const planWith = (state: ObservedContainer['state'], removeOrphans: boolean) =>
    reconcile(
      web,
      { ...observed, containers: [...observed.containers, oneOff('web', state)] },
      { removeOrphans },
    );
  for (const state of ['running', 'created'] as const) {
    t.deepEqual(lines(planWith(state, true)), [], state);
    t.deepEqual(planWith(state, false).diagnostics, [], state);
  }
  t.deepEqual(lines(planWith('exited', true)), [
    '[] -> #1 app-web-run-3f2a, remove, belongs to no service of the file',
  ]);
  t.regex(planWith('exited', false).diagnostics[0]!.message, /`app-web-run-3f2a`/);
});

test('a circle of dependencies is a bug by now', (t) => {
  const circle = project(service('a', { dependsOn: after('b') }), service('b', { dependsOn: after('a') }));
  t.throws(() => reconcile(circle, nothing), { message: /a, b/ });
});

test('every operation stands behind those that it waits for, whatever there is', (t) => {
  const states = ['created', 'running', 'paused', 'exited'] as const;
  for (let seed = 0; seed < 200; seed++) {
    const pick = (n: number, salt: number): number => (Math.imul(seed + 1, 2654435761) >>> (salt % 24)) % n;
    const make = (salt: number): Project =>
      project(
        ...Array.from({ length: 6 }, (_, index) =>
          service(`s${index}`, {
            tty: pick(2, salt + index) === 0,
            networks: on(`n${pick(3, salt + index + 1)}`),
            dependsOn:
              index > 0
                ? { [`s${pick(index, salt + 3)}`]: dependency({ restart: pick(2, index) === 0 }) }
                : {},
          }),
        ),
      );
    const wanted = make(5);
    const changedNetwork = { n1: network('n1', pick(2, 7) ? { blocks: [{ subnet: '10.0.0.0/24' }] } : {}) };
    const states6 = Object.fromEntries(
      Array.from({ length: 6 }, (_, i) => [`s${i}`, states[pick(states.length, i + 2)]!]),
    );
    const { operations } = reconcile(
      { ...wanted, networks: { ...wanted.networks, ...changedNetwork } },
      running(make(1), states6),
    );
    for (const { id, dependsOn } of operations) t.true(dependsOn.every((before) => before < id));
    t.is(new Set(operations.map(({ name, verb }) => `${name} ${verb}`)).size, operations.length);
  }
});

test('a container in a namespace of another is recreated or restarted with it', (t) => {
  const shared = (changes: Partial<Service> = {}) =>
    project(
      service('db', { networks: {}, ...changes }),
      service('web', {
        networks: {},
        dependsOn: { db: dependency({ restart: true }) },
        namespaces: { ipc: { kind: 'service', name: 'db' } },
      }),
    );
  const before = running(shared());
  t.deepEqual(plan(shared({ tty: true }), before), [
    '[] -> #1 db.........._app-db-1, create, configuration changed: tty',
    '[] -> #2 web........._app-web-1, create, shares a namespace with db-1, which is recreated',
    '[2] -> #3 web-1, stop, shares a namespace with db-1, which is recreated',
    '[1,3] -> #4 db-1, stop, configuration changed: tty',
    '[4] -> #5 db.........._app-db-1, rename to app-db-1, configuration changed: tty',
    '[3] -> #6 web........._app-web-1, rename to app-web-1, shares a namespace with db-1, which is recreated',
    '[5] -> #7 db-1, start, container is new',
    '[6,7] -> #8 web-1, start, container is new',
    '[8] -> #9 db.........._app-db-1, remove, replaced by db-1',
    '[9] -> #10 web........._app-web-1, remove, replaced by web-1',
  ]);
  const stopped = running(shared(), { db: 'exited' });
  t.deepEqual(plan(shared(), stopped), [
    '[] -> #1 web-1, stop, shares a namespace with db-1, which is started',
    '[] -> #2 db-1, start, container is stopped',
    '[1,2] -> #3 web-1, start, shares a namespace with db-1, which is started',
  ]);
  t.deepEqual(plan(shared(), before), []);
});

// Red without: inheritedAgain in plan/decide/judge.ts.
test('a container with the mounts of another is recreated with it, and not when that one is started', (t) => {
  const shared = (changes: Partial<Service> = {}) =>
    project(
      service('db', { networks: {}, ...changes }),
      service('web', {
        networks: {},
        dependsOn: after('db'),
        volumesFrom: [{ kind: 'service', name: 'db', readOnly: false }],
      }),
    );
  const creations = (lines: readonly string[]) =>
    lines.flatMap((line) => / (web\S*), create, (.*)/.exec(line)?.slice(1) ?? []);
  t.deepEqual(creations(plan(shared({ tty: true }), running(shared()))), [
    'web........._app-web-1',
    'has the volumes of db-1, which is new',
  ]);
  t.deepEqual(creations(plan(shared(), running(shared(), { db: 'exited' }))), []);
  t.deepEqual(plan(shared(), running(shared())), []);
});

test('ten times the services in a chain are about ten times the work', (t) => {
  const reads = (services: number): number => {
    const chain = Array.from({ length: services }, (_, index) =>
      service(`s${index}`, index > 0 ? { dependsOn: after(`s${index - 1}`) } : {}),
    );
    const many = counted(project(...chain));
    t.is(reconcile(many.value, nothing).operations.length, 2 * services + 1);
    t.is(reconcile(many.value, running(project(...chain))).operations.length, 0);
    return many.reads;
  };
  t.true(reads(1000) < TEN_TIMES * reads(100));
});

test('ten times the services that need the same one are about ten times the work', (t) => {
  const reads = (services: number): number => {
    const spokes = Array.from({ length: services }, (_, index) =>
      service(`s${index}`, { dependsOn: after('db') }),
    );
    const many = counted(project(service('db', { tty: true }), ...spokes));
    const observed = counted(running(project(service('db'), ...spokes)));
    const { operations } = reconcile(many.value, observed.value, { forceRecreate: true });
    t.is(operations.length, 5 * services + 5);
    return many.reads + observed.reads;
  };
  t.true(reads(1000) < TEN_TIMES * reads(100));
});

const plan = (wanted: Project, observed: Observed, options: ReconcileOptions = {}): readonly string[] =>
  lines(reconcile(wanted, observed, options));

const changed = (before: Project, name: string, more: Partial<Project['services'][string]>): Project => ({
  ...before,
  services: { ...before.services, [name]: { ...before.services[name]!, ...more } },
});

const networks = (...keys: readonly string[]): Project['networks'] =>
  Object.fromEntries(keys.map((key) => [key, network(key)]));

test('a container whose configs or secrets have another content is replaced, unless that is refused', (t) => {
  const app = project(service('web'), service('db'));
  const { containers, ...others } = running(app);
  const observed = {
    ...others,
    containers: containers.map((one) =>
      one.service === 'web' ? { ...one, changedContents: ['secrets.token', 'configs.app'] } : one,
    ),
  };
  // Red without: changedContents in decide.ts
  const { operations } = reconcile(app, observed);
  t.deepEqual(
    [...new Set(operations.map(({ because }) => because))][0],
    'content changed: secrets.token, configs.app',
  );
  t.false(operations.some((one) => one.kind === 'container' && one.service === 'db'));
  t.deepEqual(reconcile(app, observed, { noRecreate: true }).operations, []);
  t.deepEqual(reconcile(app, observed, { services: ['db'] }).operations, []);
});
