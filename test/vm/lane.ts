import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Queue } from '../../src/base/queue.ts';
import { nodeMilliseconds } from './guest/suite.ts';
import { type Base, baseImage } from './image/base.ts';
import { projectImage } from './image/project.ts';
import type { MachineLane } from './lanes.ts';
import { runMachine } from './machine.ts';
import type { LaneOptions, Outcome } from './outcome.ts';
import { dealOut, type Selection, selectTests } from './selection.ts';
import { notPassed, type TestResult, testResult } from './tap.ts';

/** Builds machines, runs the tests in them, and compares what has passed with what the host says there is. */
export async function runMachineLane(lane: MachineLane, options: LaneOptions): Promise<Outcome> {
  const started = Date.now();
  const { files = lane.files } = options;
  const isWanted = (path: string): boolean => !files || files.includes(basename(path, '.test.ts'));
  const selection = selectTests(options.tag, isWanted, lane.cgroups === 'none' ? 'limits' : undefined);
  const directory = mkdtempSync(join(tmpdir(), 'tscompose-vm-'));
  try {
    const base = await baseImage(lane.architecture, lane.node, lane.kernel);
    const parts = dealOut(selection, options.machines * (options.tag === undefined ? TURNS : 1));
    const project = await projectImage(
      directory,
      lane.architecture,
      {
        parts: parts.map(({ files, words }) => ({
          files: files.map(({ name }) => name.replace(/\.ts$/, '.js')),
          words,
        })),
        environment: { SCENARIO_RUNNER: lane.runner, ...lane.environment },
        nodeMilliseconds: nodeMilliseconds(),
      },
      options.damage,
    );
    const machines = new Queue(options.machines);
    const ends = await Promise.all(
      parts.map((_, index) => machines.run(() => runPart(lane, parts, index, base, project, options))),
    );
    const missing = ends.flatMap((end) => end.missing);
    const tests = titlesOf(selection).length;
    return {
      tests,
      passed: tests - missing.length,
      missing: missing.map((title) => ({ file: fileOf(selection, title), title })),
      problems: [
        ...ends.flatMap((end) => end.problems),
        ...missing.map((title) => `has not passed: ${title}`),
      ],
      ended: ends.every((end) => end.ended),
      kernel: [ends[0]?.kernel ?? '', ...(lane.words ?? []), ...settings(lane)].join(' '),
      architecture: lane.architecture,
      cgroups: lane.cgroups,
      which: options.tag ?? lane.files?.join(', ') ?? 'all',
      seconds: (Date.now() - started) / 1000,
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

type End = {
  readonly missing: readonly string[];
  readonly problems: readonly string[];
  readonly ended: boolean;
  readonly kernel: string;
};

/** One machine with a part of the tests. */
async function runPart(
  lane: MachineLane,
  parts: readonly Selection[],
  index: number,
  base: Base,
  project: string,
  { tag, print }: LaneOptions,
): Promise<End> {
  const results: TestResult[] = [];
  const seen = { kernel: '', status: '' };
  const read = (line: string, processor: number): void => {
    const result = testResult(line);
    if (result) results.push(result);
    seen.kernel = /^vm: Linux (\S+)/.exec(line)?.[1] ?? seen.kernel;
    seen.status = /^vm: exit status (\d+)$/.exec(line)?.[1] ?? seen.status;
    print(`${parts.length > 1 ? `${index + 1} | ` : ''}${processor} s of processor time | ${line}`);
  };
  const { problem } = await runMachine({
    architecture: lane.architecture,
    ...(lane.processor !== undefined && { processor: lane.processor }),
    base,
    project,
    words: [`cgroups=${lane.cgroups}`, `part=${index}`, ...(lane.words ?? [])],
    booted: /^vm: Linux/,
    bootSeconds: BOOT_SECONDS,
    seconds: tag === undefined ? ALL_SECONDS : TAG_SECONDS,
    onLine: (line, processor) => read(line.trimEnd(), processor),
  });
  return {
    missing: notPassed(titlesOf(parts[index]!), results),
    problems: [
      ...(problem === undefined ? [] : [`a machine ${problem}`]),
      ...(seen.status === '0' ? [] : [`the tests of a machine ended with ${seen.status || 'nothing'}`]),
    ],
    ended: seen.status !== '',
    kernel: seen.kernel,
  };
}

/** Variables of a lane, as the table shows them. */
const settings = ({ environment = {} }: MachineLane): readonly string[] =>
  Object.entries(environment).map(([name, value]) => `${name}=${value}`);

const titlesOf = ({ files }: Selection): readonly string[] => files.flatMap(({ titles }) => titles);

const fileOf = ({ files }: Selection, title: string): string =>
  basename(files.find(({ titles }) => titles.includes(title))!.name, '.test.ts');

/** Nobody knows how long a test takes: of many, there are more parts than machines at once. Each part boots anew. */
const TURNS = 2;

/** Deadlines. A machine that boots at all does so in four seconds; the rest is for a busy host. */
const BOOT_SECONDS = 600;
const TAG_SECONDS = 2700;
const ALL_SECONDS = 3 * 3600;
