import { parseArgs } from 'node:util';
import { hostile } from './hostile.ts';
import { loading } from './loading.ts';
import { machineLines, refuseWhenBusy } from './machine.ts';
import { dockerCompose, others } from './others.ts';
import { prepare } from './prepare.ts';
import { runInTurn } from './rounds.ts';
import { printTable } from './table.ts';
import { workload } from './workload.ts';

/**
 * `npm run bench`: what starting containers costs, beside the same kernel work in straight C. Commands run in turn in
 * the same minutes, so that the ratios hold where the milliseconds do not.
 */
const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '7' }, many: { type: 'boolean' } },
});

refuseWhenBusy();
const place = prepare();
try {
  for (const line of machineLines(Number(values.rounds))) console.log(line);
  const beside = dockerCompose(place, 50);
  const sizes = [1, 10, ...(beside.length > 0 ? [50] : []), 100, ...(values.many ? [1000] : [])];
  const measured = await runInTurn(
    [...workload(place, sizes), ...loading(place), ...hostile(place), ...others(place), ...beside],
    Number(values.rounds),
  );
  printTable(measured);
} finally {
  place.remove();
}
