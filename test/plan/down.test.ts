import test from 'ava';
import { type DownOptions, planDown } from '../../src/plan/down.ts';
import {
  after,
  counted,
  lines,
  nothing,
  on,
  oneOff,
  project,
  running,
  service,
  TEN_TIMES,
} from './samples.ts';

const two = running(
  project(service('web', { dependsOn: after('db'), networks: on('front') }), service('db')),
);

test('dependants are stopped first, and a network is removed when no container is on it', (t) => {
  t.deepEqual(lines(planDown(two)), [
    '[] -> #1 web-1, stop, asked for',
    '[1] -> #2 db-1, stop, asked for',
    '[1] -> #3 web-1, remove, asked for',
    '[2] -> #4 db-1, remove, asked for',
    '[3] -> #5 network app_front, remove, asked for',
    '[4] -> #6 network app_default, remove, asked for',
  ]);
});

test('what does not run is only removed', (t) => {
  const stopped = running(project(service('web', { dependsOn: after('db') }), service('db')), {
    web: 'created',
  });
  t.deepEqual(lines(planDown(stopped)), [
    '[] -> #1 db-1, stop, asked for',
    '[] -> #2 web-1, remove, asked for',
    '[1] -> #3 db-1, remove, asked for',
    '[2,3] -> #4 network app_default, remove, asked for',
  ]);
});

test('containers that `run` made go with the orphans only, those of other services stay', (t) => {
  const observed = { ...two, containers: [oneOff('web'), oneOff('db')] };
  t.deepEqual(lines(planDown(observed)), ['[] -> #1 network app_front, remove, asked for']);
  t.deepEqual(lines(planDown(observed, { removeOrphans: true, services: ['web'] })), [
    '[] -> #1 app-web-run-3f2a, stop, asked for',
    '[1] -> #2 app-web-run-3f2a, remove, asked for',
  ]);
  t.is(lines(planDown(observed, { removeOrphans: true })).length, 6);
});

test('orphans are warned of, unless they are removed or ignored', (t) => {
  const observed = { ...two, containers: [...two.containers, oneOff('web', 'exited')] };
  const messages = (options: DownOptions) =>
    planDown(observed, options).diagnostics.map(({ message }) => message.split(': ')[1]);
  t.deepEqual(messages({ known: ['web'] }), ['`db-1`, `app-web-run-3f2a`']);
  t.deepEqual(messages({}), ['`app-web-run-3f2a`'], 'without files no service is unknown');
  t.deepEqual(messages({ known: ['web'], removeOrphans: true }), []);
  t.deepEqual(messages({ known: ['web'], ignoreOrphans: true }), []);
});

test('without files, orphans are only what `run` has left', (t) => {
  t.is(lines(planDown(two, { services: ['web'], removeOrphans: true })).length, 2);
});

test('selected services take no network along', (t) => {
  t.deepEqual(lines(planDown(two, { services: ['web'] })), [
    '[] -> #1 web-1, stop, asked for',
    '[1] -> #2 web-1, remove, asked for',
  ]);
});

test('orphans stay, and so does the network that they are on', (t) => {
  t.deepEqual(lines(planDown(two, { known: ['web'] })), [
    '[] -> #1 web-1, stop, asked for',
    '[1] -> #2 web-1, remove, asked for',
    '[2] -> #3 network app_front, remove, asked for',
  ]);
  t.is(lines(planDown(two, { known: ['web'], removeOrphans: true })).length, 6);
});

test('where there is nothing, nothing is planned', (t) => {
  t.deepEqual(lines(planDown(nothing)), []);
});

test('ten times the containers in a chain are about ten times the work', (t) => {
  const reads = (containers: number): number => {
    const services = Array.from({ length: containers }, (_, index) =>
      service(`s${index}`, index > 0 ? { dependsOn: after(`s${index - 1}`) } : {}),
    );
    const observed = counted(running(project(...services)));
    t.is(planDown(observed.value).operations.length, 2 * containers + 1);
    return observed.reads;
  };
  t.true(reads(1000) < TEN_TIMES * reads(100));
});
