import { parseArgs } from 'node:util';
import { answering } from './answering.ts';
import { copying } from './copying.ts';
import { health } from './health.ts';
import { hostile } from './hostile.ts';
import { images } from './images.ts';
import { loading } from './loading.ts';
import { machineLines, refuseWhenBusy } from './machine.ts';
import { memory } from './memory.ts';
import { networks } from './networks.ts';
import { dockerCompose, others } from './others.ts';
import { type Place, prepare } from './prepare.ts';
import { relay } from './relay.ts';
import { runInTurn, type Subject } from './rounds.ts';
import { tableLines } from './table.ts';
import { volumes } from './volumes.ts';
import { waiting } from './waiting.ts';
import { whole } from './whole.ts';
import { many, start, workload } from './workload.ts';

/**
 * `npm run bench`: what starting containers costs, beside the same kernel work in straight C. Commands run in turn in
 * the same minutes, so that the ratios hold where the milliseconds do not. `-- --only GROUP` for one group of them.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    only: { type: 'string' },
  },
});

/** Numbers of services that Docker Compose starts as well. */
const COMPARED = [1, 3, 10, 50];

const containers = (place: Place): readonly Subject[] => {
  const beside = dockerCompose(place, COMPARED);
  const compared = beside.length > 0 ? COMPARED : [];
  const sizes = [...new Set([1, 10, ...compared, 100])].sort((a, b) => a - b);
  return [...workload(place, sizes), ...others(place), ...beside];
};

const GROUPS: Readonly<Record<string, (place: Place) => readonly Subject[]>> = {
  containers,
  loading,
  hostile,
  answering,
  health,
  waiting,
  volumes,
  copying,
  relay,
  networks,
  images,
  whole,
  memory,
};

/** A round takes half a minute, so it has to be asked for. */
const SLOW: Readonly<typeof GROUPS> = { many };

const all = { ...GROUPS, ...SLOW };
const chosen = values.only === undefined ? Object.keys(GROUPS) : [values.only];
if (!chosen.every((name) => Object.hasOwn(all, name))) {
  console.error(`bench: no group \`${values.only}\`; there are ${Object.keys(all).join(', ')}`);
  process.exit(1);
}

refuseWhenBusy();
const place = prepare();
try {
  for (const line of machineLines(Number(values.rounds))) console.log(line);
  const subjects = [...start(place), ...chosen.flatMap((name) => all[name]!(place))];
  const measured = await runInTurn(subjects, Number(values.rounds));
  for (const line of tableLines(measured, values.only === undefined)) console.log(line);
} finally {
  place.remove();
}
