import { readFileSync, writeFileSync } from 'node:fs';
import { withBlock } from '../../schema/readme-block.ts';

/** The result of a lane, as `results.json` has it by the lane's name. */
export type Result = {
  readonly kernel: string;
  readonly cgroups: string;
  readonly architecture: string;
  readonly node: string;
  readonly runner: string;
  readonly tests: number;
  readonly passed: number;
  /** `kernel`, `smoke`, or all tests that make sense there. */
  readonly which: string;
  readonly date: string;
};

const RESULTS = new URL('results.json', import.meta.url);
const README = new URL('README.md', import.meta.url);

export const readResults = (): Readonly<Record<string, Result>> => JSON.parse(readFileSync(RESULTS, 'utf8'));

/** The README with a line for every lane. */
export const withMachineTable = (readme: string): string =>
  withBlock(readme, 'machines', machineTable(Object.values(readResults())));

/** Keeps what has come out of a lane, in place of what was known of it, and writes it into the README. */
export function record(lane: string, result: Result): void {
  const results = { ...readResults(), [lane]: result };
  const sorted = Object.fromEntries(Object.entries(results).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(RESULTS, `${JSON.stringify(sorted, undefined, 2)}\n`);
  writeTable();
}

function writeTable(): void {
  writeFileSync(README, withMachineTable(readFileSync(README, 'utf8')));
}

const COLUMNS = ['Kernel', 'Architecture', 'cgroups', 'Node.js', 'Runner', 'Tests', 'Passed', 'Date'];

export function machineTable(results: readonly Result[]): string {
  const rows = results.map((one) => [
    one.kernel,
    one.architecture,
    one.cgroups,
    one.node,
    one.runner,
    one.which,
    `${one.passed} of ${one.tests}`,
    one.date,
  ]);
  return [COLUMNS, COLUMNS.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

if (process.argv[1] === import.meta.filename) writeTable();
