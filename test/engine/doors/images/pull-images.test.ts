import test from 'ava';
import { withNewLatest } from '../../../../src/engine/doors/images/pull-images.ts';

test('pull asks for a newer `latest` under the policy missing, as Docker Compose does, and for nothing else', (t) => {
  const policyOf = (reference: string, policy: string) => withNewLatest({ reference, policy }).policy;
  t.is(policyOf('alpine', 'missing'), 'always');
  t.is(policyOf('alpine:latest', 'if_not_present'), 'always');
  t.is(policyOf('alpine:3.20', 'missing'), 'missing');
  t.is(policyOf(`alpine@sha256:${'0'.repeat(64)}`, 'missing'), 'missing');
  t.is(policyOf('alpine', 'never'), 'never');
});
