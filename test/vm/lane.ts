import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeMilliseconds } from './guest/suite.ts';
import { baseImage } from './image/base.ts';
import { projectImage } from './image/project.ts';
import type { MachineLane } from './lanes.ts';
import { runMachine } from './machine.ts';
import type { LaneOptions, Outcome } from './outcome.ts';
import { selectTests } from './selection.ts';
import { notPassed, type TestResult, testResult } from './tap.ts';

/** Builds a machine, runs the tests in it, and compares what has passed with what the host says there is. */
export async function runMachineLane(lane: MachineLane, options: LaneOptions): Promise<Outcome> {
  const { print } = options;
  const selection = selectTests(options.tag, undefined, lane.cgroups === 'none' ? 'limits' : undefined);
  const directory = mkdtempSync(join(tmpdir(), 'tscompose-vm-'));
  try {
    const base = await baseImage(lane.architecture, lane.node);
    const project = projectImage(
      directory,
      lane.architecture,
      {
        files: selection.files.map((file) => file.replace(/\.ts$/, '.js')),
        words: selection.words,
        environment: { SCENARIO_RUNNER: lane.runner },
        nodeMilliseconds: nodeMilliseconds(),
      },
      options.damage,
    );
    const results: TestResult[] = [];
    const seen = { kernel: '', status: '' };
    const read = (line: string): void => {
      const result = testResult(line);
      if (result) results.push(result);
      seen.kernel = /^vm: Linux (\S+)/.exec(line)?.[1] ?? seen.kernel;
      seen.status = /^vm: exit status (\d+)$/.exec(line)?.[1] ?? seen.status;
      print(line);
    };
    const { problem, seconds } = await runMachine({
      architecture: lane.architecture,
      base,
      project,
      words: [`cgroups=${lane.cgroups}`],
      booted: /^vm: Linux/,
      bootSeconds: BOOT_SECONDS,
      seconds: options.tag === undefined ? ALL_SECONDS : TAG_SECONDS,
      onLine: (line) => read(line.trimEnd()),
    });
    const missing = notPassed(selection.titles, results);
    return {
      tests: selection.titles.length,
      passed: selection.titles.length - missing.length,
      problems: [
        ...(problem === undefined ? [] : [`the machine ${problem}`]),
        ...(seen.status === '0' ? [] : [`the tests ended with ${seen.status || 'nothing'}`]),
        ...missing.map((title) => `has not passed: ${title}`),
      ],
      ended: seen.status !== '',
      kernel: seen.kernel,
      architecture: lane.architecture,
      cgroups: lane.cgroups,
      which: options.tag ?? 'all',
      seconds,
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Deadlines. A machine that boots at all does so in four seconds; the rest is for a busy host. */
const BOOT_SECONDS = 240;
const TAG_SECONDS = 2700;
const ALL_SECONDS = 3 * 3600;
