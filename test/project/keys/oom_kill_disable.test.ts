import test from 'ava';
import { testServiceKey } from '../key-tests.ts';
import { problems, service, web } from '../support.ts';

testServiceKey('oom_kill_disable', {
  forms: [
    ['true', true],
    ['"false"', undefined],
  ],
  faults: [['maybe', 'invalid-value 4:23 maybe']],
});

test('it is one of the limits, and goes with a limit of memory', (t) => {
  t.true(service(t, web('oom_kill_disable: true\nmem_limit: 64m')).limits.oomKillDisable);
  t.is(service(t, web('oom_kill_disable: false')).limits.oomKillDisable, undefined);
  t.deepEqual(problems(web('oom_kill_disable: true')), ['warning conflicting-keys 4:5 oom_kill_disable']);
});
