import test from 'ava';
import { testServiceKey } from '../key-tests.ts';
import { canonicalService, loadText, service, web } from '../support.ts';

testServiceKey('scale', {
  forms: [
    ['1', 1],
    ['"3"', 3],
    ['0', 0],
  ],
  faults: [
    ['-1', 'invalid-value 4:12 -1'],
    ['1.5', 'invalid-value 4:12 1.5'],
    ['10001', 'invalid-value 4:12 10001'],
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

test('the model has the number of either key, and of the command line first', (t) => {
  t.is(service(t, web('tty: true')).replicas, undefined);
  t.is(service(t, web('scale: 3')).replicas, 3);
  t.is(service(t, web('scale: 0')).replicas, 0);
  t.is(service(t, web('deploy: {replicas: 2}')).replicas, 2);
  t.is(service(t, web('scale: 2\ndeploy: {replicas: 2}')).replicas, 2);
  const { project } = loadText(web('scale: 3'), { scale: new Map([['web', 5]]) });
  t.is(project!.services.web!.replicas, 5);
});
