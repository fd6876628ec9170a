import test from 'ava';
import { planner, planText } from '../../src/plan/plan.ts';

test('an operation is one line: what it waits for, its number, what it does, why', (t) => {
  const plan = planner();
  const network = plan.add(
    { kind: 'network', verb: 'remove', key: 'default', name: 'app_default' },
    'asked for',
  );
  const ref = { kind: 'container', name: 'db-1', container: 'app-db-1', service: 'db', number: 1 } as const;
  const stop = plan.add({ ...ref, verb: 'stop' }, 'asked for');
  plan.add({ ...ref, verb: 'start' }, 'container is stopped', [stop, network, stop]);
  t.is(
    planText(plan.finish()),
    [
      '[] -> #1 network app_default, remove, asked for',
      '[] -> #2 db-1, stop, asked for',
      '[1,2] -> #3 db-1, start, container is stopped',
    ].join('\n'),
  );
});
