import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readEnds } from './ends.ts';

/**
 * Writes down how long each file of scenarios takes: `TEST_ENDS=$PWD/ends npm run test:scenarios`, then
 * `node --import=tsx test/shards/weigh.ts ends`. Only the proportions matter, and new files count as one second.
 */
const seconds = new Map<string, number>();
for (const { shard, passed, failed, seconds: taken = 0 } of readEnds(process.argv[2]!)) {
  const [, name] = (passed ?? failed ?? '').split(' › ');
  if (shard.startsWith('scenarios-') && name !== undefined)
    seconds.set(name, (seconds.get(name) ?? 0) + taken);
}
const rounded = [...seconds].toSorted().map(([name, taken]) => [name, Math.max(1, Math.round(taken))]);
writeFileSync(
  join(import.meta.dirname, 'seconds.json'),
  `${JSON.stringify(Object.fromEntries(rounded), null, 2)}\n`,
);
