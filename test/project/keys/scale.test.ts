import test from 'ava';
import { testServiceKey } from '../key-tests.ts';
import { canonicalService, web } from '../support.ts';

testServiceKey('scale', {
  forms: [
    ['1', 1],
    ['"3"', 3],
    ['0', 0],
  ],
  faults: [
    ['-1', 'invalid-value 4:12 -1'],
    ['1.5', 'invalid-value 4:12 1.5'],
    ['many', 'invalid-value 4:12 many'],
    ['2\ndeploy: {replicas: 3}', 'conflicting-keys 5:24 3'],
    ['2\ncontainer_name: one', 'conflicting-keys 5:21 one'],
  ],
});

test('without normalisation too, it is the number of replicas of a deployment', (t) => {
  const text = web('scale: 3\ndeploy: {mode: replicated}');
  const { deploy } = canonicalService(text, { toRun: false, leaveOut: new Set(['normalisation']) });
  t.is(deploy?.replicas, 3);
});
