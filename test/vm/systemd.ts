import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BOOTS } from './guest/boots.ts';
import { nodeMilliseconds } from './guest/suite.ts';
import { baseImage } from './image/base.ts';
import { projectImage } from './image/project.ts';
import type { SystemdLane } from './lanes.ts';
import { runMachine } from './machine.ts';
import type { LaneOptions, Outcome } from './outcome.ts';
import { notPassed, type TestResult, testResult } from './tap.ts';

/** One machine, which boots as often as its tests do it. */
export async function runSystemdLane(lane: SystemdLane, options: LaneOptions): Promise<Outcome> {
  const started = Date.now();
  const directory = mkdtempSync(join(tmpdir(), 'tscompose-vm-'));
  try {
    const base = await baseImage(lane.architecture, lane.node);
    const plan = { parts: [], environment: {}, nodeMilliseconds: nodeMilliseconds() };
    const project = await projectImage(directory, lane.architecture, plan, options.damage);
    const results: TestResult[] = [];
    const seen = { kernel: '', systemd: '', isOver: false };
    const read = (line: string): void => {
      const result = testResult(line);
      if (result) results.push(result);
      seen.kernel = /^vm: Linux (\S+)/.exec(line)?.[1] ?? seen.kernel;
      seen.systemd = /^vm: (systemd \d+)/.exec(line)?.[1] ?? seen.systemd;
      seen.isOver ||= line === 'vm: exit status 0';
      options.print(line);
    };
    const { problem } = await runMachine({
      architecture: lane.architecture,
      base,
      project,
      words: WORDS,
      booted: /^vm: Linux/,
      bootSeconds: 600,
      seconds: 2700,
      reboots: true,
      onLine: (line) => read(line.trimEnd()),
    });
    const titles = BOOTS.flatMap(({ tests }) => Object.keys(tests));
    const missing = notPassed(titles, results);
    return {
      tests: titles.length,
      passed: titles.length - missing.length,
      problems: [
        ...(problem === undefined ? [] : [`the machine ${problem}`]),
        ...missing.map((title) => `has not passed: ${title}`),
      ],
      ended: seen.isOver,
      kernel: seen.kernel,
      architecture: lane.architecture,
      cgroups: 'v2',
      which: seen.systemd,
      seconds: (Date.now() - started) / 1000,
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Units that would wait for devices or for a bus stay away: neither of them is there. */
const WORDS = [
  'cgroups=v2',
  'manager=systemd',
  'systemd.show_status=false',
  ...['serial-getty@ttyS0', 'getty@tty1', 'systemd-logind'].map((name) => `systemd.mask=${name}.service`),
];
