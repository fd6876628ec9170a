import test from 'ava';
import { planPause, planUnpause } from '../../src/plan/pause.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { lines, oneOff, project, running, service } from './samples.ts';

const both = project(service('web'), service('db'));

const messages = ({ diagnostics }: Plan): readonly string[] => diagnostics.map(({ message }) => message);

test('pause: what runs, and neither what is stopped nor what `run` made', (t) => {
  const observed = running(both, { db: 'exited' });
  t.deepEqual(lines(planPause({ ...observed, containers: [...observed.containers, oneOff('web')] })), [
    '[] -> #1 web-1, pause, asked for',
  ]);
  t.deepEqual(lines(planPause(running(both), { services: ['db'] })), ['[] -> #1 db-1, pause, asked for']);
  for (const plan of [planPause, planUnpause])
    t.like(plan(running(both, { web: 'exited', db: 'created' })), { operations: [], diagnostics: [] });
});

test('a named service that is paused already, or is not paused, is an error, and nothing is done', (t) => {
  const observed = running(both, { web: 'paused' });
  const again = planPause(observed, { services: ['web', 'db'] });
  t.deepEqual(again.operations, []);
  t.deepEqual(messages(again), ['container app-web-1 is already paused']);
  const early = planUnpause(observed, { services: ['web', 'db'] });
  t.deepEqual(early.operations, []);
  t.deepEqual(messages(early), ['container app-db-1 is not paused']);
});

test('without names a part may be paused; all of them, or none, is an error', (t) => {
  const part = running(both, { web: 'paused' });
  t.deepEqual(lines(planPause(part)), ['[] -> #1 db-1, pause, asked for']);
  t.deepEqual(lines(planUnpause(part)), ['[] -> #1 web-1, unpause, asked for']);
  t.is(messages(planPause(running(both, { web: 'paused', db: 'paused' }))).length, 2);
  t.is(messages(planUnpause(running(both))).length, 2);
});
