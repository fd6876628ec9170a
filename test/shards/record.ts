import test from 'ava';
import { writeEnd } from './ends.ts';

const shard = process.env.TEST_SHARD!;

test.afterEach.always((t) => {
  if (!t.passed) writeEnd({ shard, failed: t.title.replace(/^afterEach\.always hook for /, '') });
});
test.after.always(() => writeEnd({ shard, ended: true }));
