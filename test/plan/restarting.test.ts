import test from 'ava';
import { planDown } from '../../src/plan/down.ts';
import { planPause } from '../../src/plan/pause.ts';
import { reconcile } from '../../src/plan/reconcile.ts';
import { planRemove } from '../../src/plan/remove.ts';
import { planStart } from '../../src/plan/start.ts';
import { planKill, planStop } from '../../src/plan/stop.ts';
import { lines, project, running, service } from './samples.ts';

const files = project(service('web'));
const waiting = running(files, { web: 'restarting' });

test('a container that waits for its restart is stopped, killed and taken down as one that runs', (t) => {
  t.deepEqual(lines(planStop(waiting)), ['[] -> #1 web-1, stop, asked for']);
  t.deepEqual(lines(planKill(waiting)), ['[] -> #1 web-1, kill, asked for']);
  t.is(lines(planDown(waiting))[0], '[] -> #1 web-1, stop, asked for');
  t.deepEqual(lines(planRemove(waiting)), []);
});

test('a signal that stops ends the wait, others have no receiver', (t) => {
  t.deepEqual(lines(planKill(waiting, {}, 'TERM')), ['[] -> #1 web-1, kill, asked for']);
  t.deepEqual(lines(planKill(waiting, {}, 'HUP')), []);
});

test('start and up do not wait for it', (t) => {
  const start = ['[] -> #1 web-1, start, container waits for its restart'];
  t.deepEqual(lines(planStart(waiting)), start);
  t.deepEqual(lines(reconcile(files, waiting)), start);
});

test('it is replaced by up, and the one before is stopped', (t) => {
  const changed = project(service('web', { command: ['sleep', '2'] }));
  t.true(lines(reconcile(changed, waiting)).some((line) => /web-1, stop, configuration changed/.test(line)));
});

test('to pause it is for the engine to refuse', (t) => {
  t.deepEqual(lines(planPause(waiting)), ['[] -> #1 web-1, pause, asked for']);
});
