import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { release } from 'node:os';

/** What the tests inside the machine are told, as `suite.json`. */
export type SuitePlan = {
  /** Test files, as JavaScript. */
  readonly files: readonly string[];
  /** More words for ava. */
  readonly words: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** How long the host takes to start Node.js. */
  readonly nodeMilliseconds: number;
};

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
  const patience = Math.max(1, nodeMilliseconds() / plan.nodeMilliseconds);
  const controllers = ['/sys/fs/cgroup/cgroup.controllers', '/proc/cgroups'].map(firstLine);
  console.log(`vm: Linux ${release()} ${process.arch}, Node.js ${process.version}`);
  console.log(`vm: cgroup.controllers: ${controllers[0]}`);
  console.log(`vm: Node.js starts ${patience.toFixed(1)} times slower than on the host`);
  const words = [
    'node_modules/ava/entrypoints/cli.mjs',
    '--tap',
    '--serial',
    '--concurrency=1',
    `--timeout=${Math.round(120 * patience)}s`,
    ...plan.words,
    ...plan.files,
  ];
  const env = {
    ...process.env,
    CI: 'true',
    TEST_PATIENCE: String(patience * 2),
    TEST_SHOW_CGROUPS: '1',
    ...plan.environment,
  };
  spawn(process.execPath, words, { env, stdio: ['ignore', 'inherit', 'inherit'] }).once('close', (code) => {
    process.exitCode = code ?? 1;
  });
}

const firstLine = (file: string): string => {
  try {
    return readFileSync(file, 'utf8').split('\n')[0]!;
  } catch {
    return 'none';
  }
};

if (process.argv[1] === import.meta.filename) main();
