import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import test from 'ava';
import { filesOf, shardsOf } from './files.ts';

/** The list of find(1), so that a mistake is not made twice. */
const where = {
  unit: '! -path "*/scenarios/*"',
  scenarios: '-path "*/scenarios/*"',
  reexec: '-path "*/scenarios/*" -regex ".*/\\(seed\\|init\\|exec\\|faults\\|terminal\\)[.].*"',
} as const;

for (const kind of ['unit', 'scenarios', 'reexec'] as const)
  test(`every test file of the kind ${kind} is run by one shard, and by one only`, (t) => {
    const shards = shardsOf(kind);
    t.true(shards.length > 0);
    const directory = resolve(import.meta.dirname, '..');
    const list = `find '${directory}' -name '*.test.ts' ${where[kind]}`;
    const files = execFileSync('sh', ['-c', list], { encoding: 'utf8' }).trim().split('\n');
    t.deepEqual(shards.flatMap((shard) => filesOf(shard)).toSorted(), files.toSorted());
  });
