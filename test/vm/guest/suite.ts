import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { release } from 'node:os';

/** The input of the tests inside the machine, as `suite.json`. */
export type SuitePlan = {
  /** For each machine its test files, as JavaScript, and more words for ava. */
  readonly parts: readonly { readonly files: readonly string[]; readonly words: readonly string[] }[];
  readonly environment: Readonly<Record<string, string>>;
  /** How long the host takes to start Node.js. */
  readonly nodeMilliseconds: number;
};

/** The tests of a machine in one file. */
export const partFile = (index: number): string => `test/part-${index}.test.js`;

/** The least of three: this is about the machine, and not about what else it was doing. */
export function nodeMilliseconds(program = process.execPath): number {
  const once = (): number => {
    const before = process.hrtime.bigint();
    spawnSync(program, ['-e', '0']);
    return Number(process.hrtime.bigint() - before) / 1e6;
  };
  return Math.min(once(), once(), once());
}

function main(): void {
  const plan: SuitePlan = JSON.parse(readFileSync('suite.json', 'utf8'));
  const index = Number(process.env.part);
  const part = plan.parts[index]!;
  console.log(`vm: Linux ${release()} ${process.arch}, Node.js ${process.version}`);
  console.log(`vm: /sys/fs/cgroup (${process.env.cgroups}): ${controllers()}`);
  const slower = nodeMilliseconds() / plan.nodeMilliseconds;
  // Twice that, for what else the host may be doing; and a host that was busy itself when it was measured is no measure.
  const patience = Math.ceil(Math.max(8, 2 * slower));
  console.log(`vm: Node.js starts ${slower.toFixed(1)} times slower than on the host`);
  const words = [
    'node_modules/ava/entrypoints/cli.mjs',
    '--tap',
    '--serial',
    '--concurrency=1',
    `--timeout=${60 * patience}s`,
    ...part.words,
    partFile(index),
  ];
  const env = {
    ...process.env,
    CI: 'true',
    TEST_PATIENCE: String(patience),
    TEST_SHOW_CGROUPS: '1',
    ...plan.environment,
  };
  // The emulator translates the code that V8 compiles once more, which takes longer than to interpret the tests. The
  // programs that they start run as everywhere.
  spawn(process.execPath, ['--jitless', ...words], { env, stdio: ['ignore', 'inherit', 'inherit'] }).once(
    'close',
    (code) => {
      process.exitCode = code ?? 1;
    },
  );
}

/** Of the only tree, or the trees that there are. */
const controllers = (): string => {
  const names = readdirSync('/sys/fs/cgroup');
  if (!names.includes('cgroup.controllers')) return names.join(' ') || 'nothing';
  return readFileSync('/sys/fs/cgroup/cgroup.controllers', 'utf8').trim();
};

if (process.argv[1] === import.meta.filename) main();
