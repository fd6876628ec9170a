import test from 'ava';
import { writeEnd } from './ends.ts';

const shard = process.env.TEST_SHARD!;

let began = performance.now();
test.beforeEach(() => {
  began = performance.now();
});
test.afterEach.always((t) => {
  const title = t.title.replace(/^afterEach\.always hook for /, '');
  writeEnd({
    shard,
    ...(t.passed ? { passed: title } : { failed: title }),
    seconds: (performance.now() - began) / 1000,
  });
});
test.after.always(() => writeEnd({ shard, ended: true }));
