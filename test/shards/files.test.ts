import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import test from 'ava';
import { filesOf, shardsOf, unitFiles } from './files.ts';

test('every file of unit tests is run by one shard, and by one only', (t) => {
  const shards = shardsOf('unit');
  t.true(shards.length > 1);
  const run = shards.flatMap((shard) => filesOf(shard, unitFiles()));
  t.deepEqual(run.toSorted(), found('! -path "*/scenarios/*"'));
});

/** What find(1) says, so that a mistake is not made twice. */
function found(where: string): readonly string[] {
  const directory = resolve(import.meta.dirname, '..');
  const list = `find '${directory}' -name '*.test.ts' ${where}`;
  return execFileSync('sh', ['-c', list], { encoding: 'utf8' }).trim().split('\n').toSorted();
}
