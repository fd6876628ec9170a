import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { FEW } from '../shards/again.ts';
import { runHostLane } from './host.ts';
import { runMachineLane } from './lane.ts';
import { LANES, type Lane } from './lanes.ts';
import type { LaneOptions, Outcome } from './outcome.ts';
import { runSystemdLane } from './systemd.ts';
import { record } from './table.ts';

/**
 * `npm run test:vm -- [lane…]`: the tests on other kernels, architectures, cgroup layouts and versions of Node.js.
 * Those with a tag, `kernel` by default; with `--all` all of them; with `--file networks` only those of this file. They
 * are shared out to two machines at once. `--break memory.max=memory.high` puts one text in place of another in the
 * machines' copy of `dist`, and the lane has to fail. `--record` writes the results into README.md beside this file.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    tag: { type: 'string', default: 'kernel' },
    all: { type: 'boolean', default: false },
    file: { type: 'string', multiple: true },
    break: { type: 'string' },
    machines: { type: 'string', default: String(Math.min(2, availableParallelism())) },
    record: { type: 'boolean', default: false },
  },
});

const [from, to] = values.break?.split('=') ?? [];
const damage = from !== undefined && to !== undefined ? { from, to } : undefined;

const names = positionals.length > 0 ? positionals : LANES.map(({ name }) => name);
const chosen = names.map((name) => {
  const lane = LANES.find((one) => one.name === name);
  if (!lane)
    throw new Error(`there is no lane ${name}; there are ${LANES.map((one) => one.name).join(', ')}`);
  return lane;
});

for (const lane of chosen) {
  const started = Date.now();
  const elapsed = (): string => String(Math.round((Date.now() - started) / 1000)).padStart(4);
  const options: LaneOptions = {
    ...(values.all ? {} : { tag: values.tag }),
    ...(values.file && { files: values.file }),
    ...(damage && { damage }),
    machines: Number(values.machines),
    print: (line) => console.log(`${lane.name} ${elapsed()} s | ${line}`),
  };
  const first = await run(lane, options);
  const outcome = isWorthRepeating(first) ? await repeated(lane, options, first) : first;
  report(lane, outcome);
  if (values.record && !values.file && outcome.ended) write(lane, outcome);
}

function run(lane: Lane, options: LaneOptions): Promise<Outcome> {
  if ('host' in lane) return runHostLane(lane, options);
  return 'systemd' in lane ? runSystemdLane(lane, options) : runMachineLane(lane, options);
}

/** As `test/shards/again.ts` has it: a few failures beside a busy host, in a lane that came to its end. */
function isWorthRepeating({ ended, missing = [] }: Outcome): boolean {
  return damage === undefined && ended && missing.length > 0 && missing.length <= FEW;
}

async function repeated(lane: Lane, options: LaneOptions, first: Outcome): Promise<Outcome> {
  const missing = first.missing!;
  const files = [...new Set(missing.map(({ file }) => file))];
  const { problems } = await run(lane, { ...options, files, machines: 1 });
  if (problems.length > 0) return first;
  for (const { title } of missing) console.log(`passed when repeated alone: ${title}`);
  return { ...first, passed: first.tests, problems: [] };
}

function report({ name }: Lane, { problems, passed, tests, seconds }: Outcome): void {
  for (const problem of problems) console.log(`${name}: ${problem}`);
  console.log(`${name}: ${passed} of ${tests} tests passed in ${Math.round(seconds)} s`);
  if (damage === undefined) {
    if (problems.length > 0) process.exitCode = 1;
    return;
  }
  // Some must have passed: a machine that does not run at all proves nothing.
  const isProof = passed > 0 && passed < tests;
  console.log(
    `${name}: ${isProof ? 'red, as it should be' : `nobody sees that ${damage.from} is ${damage.to}`}`,
  );
  if (!isProof) process.exitCode = 1;
}

function write(lane: Lane, { kernel, architecture, cgroups, which, tests, passed }: Outcome): void {
  record(lane.name, {
    kernel,
    architecture,
    cgroups,
    node: lane.node,
    runner: 'runner' in lane ? lane.runner : 'direct',
    which,
    tests,
    passed,
    date: new Date().toISOString().slice(0, 10),
  });
}
