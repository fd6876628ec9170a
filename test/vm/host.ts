import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { release } from 'node:os';
import { dirname, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parseCgroups } from '../../src/kernel/cgroup.ts';
import { nodeProgram } from './download/npm.ts';
import type { HostLane } from './lanes.ts';
import type { LaneOptions, Outcome } from './outcome.ts';
import { selectTests } from './selection.ts';
import { notPassed, type TestResult, testResult } from './tap.ts';

const repository = resolve(import.meta.dirname, '../..');

const UNIT = ['test/shards/unit-*.ts'];

/** The unit tests and the tagged scenarios on this machine under another Node.js. */
export async function runHostLane(lane: HostLane, { print }: LaneOptions): Promise<Outcome> {
  const started = Date.now();
  const node = nodeProgram(process.arch === 'arm64' ? 'arm64' : 'x64', lane.node);
  const smoke = selectTests('kernel', (file) => file.startsWith('test/scenarios/'));
  const titles = smoke.files.flatMap((file) => file.titles);
  const unit = await runAva(node, UNIT, print);
  const scenarios = await runAva(
    node,
    [...SERIAL, ...smoke.words, ...smoke.files.map(({ name }) => name)],
    print,
  );
  const failed = unit.results.filter(({ outcome }) => outcome === 'not ok').map(({ title }) => title);
  const missing = notPassed(titles, scenarios.results);
  const tests = unit.results.length + titles.length;
  return {
    tests,
    passed: tests - failed.length - missing.length,
    problems: [
      ...[...failed, ...missing].map((title) => `has not passed: ${title}`),
      ...[unit, scenarios].flatMap(({ code }) => (code === 0 ? [] : [`the tests ended with ${code}`])),
    ],
    ended: true,
    kernel: release(),
    architecture: process.arch,
    cgroups: parseCgroups(read('/proc/self/mountinfo'), read('/proc/self/cgroup'), () => '').mode,
    which: 'unit, kernel',
    seconds: (Date.now() - started) / 1000,
  };
}

const SERIAL = ['--serial', '--concurrency=1'];

function runAva(
  node: string,
  words: readonly string[],
  print: (line: string) => void,
): Promise<{ readonly results: readonly TestResult[]; readonly code: number | null }> {
  const results: TestResult[] = [];
  const child = spawn(node, ['--', 'node_modules/ava/entrypoints/cli.mjs', '--tap', ...words], {
    cwd: repository,
    env: { ...process.env, PATH: `${dirname(node)}:${process.env.PATH}` },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    print(line);
    const result = testResult(line);
    if (result) results.push(result);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ results, code }));
  });
}

const read = (path: string): string => readFileSync(path, 'utf8');
