import { parseArgs } from 'node:util';
import { answering } from './answering.ts';
import { copying } from './copying.ts';
import { hostile } from './hostile.ts';
import { loading } from './loading.ts';
import { machineLines, refuseWhenBusy } from './machine.ts';
import { dockerCompose, others } from './others.ts';
import { type Place, prepare } from './prepare.ts';
import { runInTurn, type Subject } from './rounds.ts';
import { tableLines } from './table.ts';
import { start, workload } from './workload.ts';

/**
 * `npm run bench`: what starting containers costs, beside the same kernel work in straight C. Commands run in turn in
 * the same minutes, so that the ratios hold where the milliseconds do not. `-- --only GROUP` for one group of them.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    many: { type: 'boolean' },
    only: { type: 'string' },
  },
});

const containers = (place: Place): readonly Subject[] => {
  const beside = dockerCompose(place, 50);
  const sizes = [1, 10, ...(beside.length > 0 ? [50] : []), 100, ...(values.many ? [1000] : [])];
  return [...workload(place, sizes), ...others(place), ...beside];
};

const GROUPS: Readonly<Record<string, (place: Place) => readonly Subject[]>> = {
  containers,
  loading,
  hostile,
  answering,
  copying,
};

const chosen = values.only === undefined ? Object.keys(GROUPS) : [values.only];
if (!chosen.every((name) => Object.hasOwn(GROUPS, name))) {
  console.error(`bench: no group \`${values.only}\`; there are ${Object.keys(GROUPS).join(', ')}`);
  process.exit(1);
}

refuseWhenBusy();
const place = prepare();
try {
  for (const line of machineLines(Number(values.rounds))) console.log(line);
  const subjects = [...start(place), ...chosen.flatMap((name) => GROUPS[name]!(place))];
  const measured = await runInTurn(subjects, Number(values.rounds));
  for (const line of tableLines(measured, values.only === undefined)) console.log(line);
} finally {
  place.remove();
}
