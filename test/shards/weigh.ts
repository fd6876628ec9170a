import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readEnds } from './ends.ts';
import { type Kind, nameOf, testFiles, titleOf } from './files.ts';
import before from './seconds.json' with { type: 'json' };

/**
 * Writes down how long files take: `TEST_ENDS=$PWD/ends npm run test:scenarios`, or `test:unit`, then
 * `node --import=tsx test/shards/weigh.ts ends`. Only the proportions within a kind matter. Most files of units take
 * less than half a second, and are left out.
 */
const ends = readEnds(process.argv[2]!);
const found = (['unit', 'scenarios'] as const).flatMap((kind: Kind) => {
  const ours = ends.filter(({ shard }) => shard.startsWith(`${kind}-`));
  return ours.length === 0 ? [] : testFiles[kind]().map((file) => [nameOf(file), secondsOf(file)] as const);
});
const kept = new Map(Object.entries(before));
for (const [name, seconds] of found) {
  if (seconds >= 0.5) kept.set(name, seconds);
  else kept.delete(name);
}
const sorted = Object.fromEntries([...kept].toSorted(([one], [other]) => (one < other ? -1 : 1)));
writeFileSync(join(import.meta.dirname, 'seconds.json'), `${JSON.stringify(sorted, null, 2)}\n`);

function secondsOf(file: string): number {
  const ofFile = ends.filter(
    ({ shard, passed, failed }) =>
      /^(unit|scenarios)-/.test(shard) && titleOf(file, passed ?? failed ?? '') !== undefined,
  );
  return Math.round(ofFile.reduce((sum, { seconds = 0 }) => sum + seconds, 0) * 10) / 10;
}
