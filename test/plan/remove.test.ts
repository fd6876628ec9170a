import test from 'ava';
import { planRemove } from '../../src/plan/remove.ts';
import { lines, oneOff, project, running, service } from './samples.ts';

const both = project(service('web'), service('db'));
const observed = running(both, { web: 'exited' });

test('rm: what is stopped or was never started, of the services that were named', (t) => {
  t.deepEqual(lines(planRemove(observed)), ['[] -> #1 web-1, remove, asked for']);
  t.deepEqual(lines(planRemove(running(both, { web: 'created', db: 'exited' }), { services: ['db'] })), [
    '[] -> #1 db-1, remove, asked for',
  ]);
  t.deepEqual(lines(planRemove(observed, { known: ['db'] })), []);
  t.deepEqual(lines(planRemove(running(both, { web: 'paused' }))), []);
});

test('rm: what `run` made as well, and nothing that the user was not told about', (t) => {
  const run = { ...oneOff('db'), state: 'exited' as const };
  const all = { ...observed, containers: [...observed.containers, run] };
  t.is(planRemove(all).operations.length, 2);
  const [only, ...more] = planRemove(all, { containers: [run.id] }).operations;
  t.deepEqual([only?.name, more], [run.name, []]);
});
