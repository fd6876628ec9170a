import { readdirSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import seconds from './seconds.json' with { type: 'json' };

const tests = resolve(import.meta.dirname, '..');

/** Test files as absolute paths, in their order: of units, and of scenarios, which run containers. */
export const testFiles = {
  unit: (): readonly string[] => found().filter((file) => !isScenario(file)),
  scenarios: (): readonly string[] => found().filter(isScenario),
  reexec: (): readonly string[] => found().filter((file) => isScenario(file) && OF_BOTH_RUNNERS.test(file)),
} as const;

export type Kind = keyof typeof testFiles;

/** Scenarios about what a runner itself does; `runners.test.ts` compares what comes out for every other facility. */
const OF_BOTH_RUNNERS = /\/(seed|init|exec|faults|terminal)\.test\.ts$/;

const isScenario = (file: string): boolean => file.startsWith(join(tests, 'scenarios/'));

const found = (): readonly string[] =>
  readdirSync(tests, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .toSorted()
    .map((name) => join(tests, name));

/** The shards of a kind: `unit-1.ts`, `unit-2.ts`, … in this folder. A further file is a further shard. */
export const shardsOf = (kind: Kind): readonly string[] =>
  readdirSync(import.meta.dirname)
    .filter((name) => new RegExp(`^${kind}-\\d+\\.ts$`).test(name))
    .map((name) => join(import.meta.dirname, name));

/** The files of a shard: the longest first, each dealt to the shard with the least so far. */
export const filesOf = (shard: string): readonly string[] => {
  const [kind, number] = basename(shard, '.ts').split('-') as [Kind, string];
  const hands = shardsOf(kind).map(() => ({ seconds: 0, files: [] as string[] }));
  for (const file of testFiles[kind]().toSorted((a, b) => secondsOf(b) - secondsOf(a))) {
    const least = hands.reduce((one, other) => (other.seconds < one.seconds ? other : one));
    least.seconds += secondsOf(file);
    least.files.push(file);
  }
  return hands[Number(number) - 1]!.files;
};

/** As `weigh.ts` has found; those that it leaves out, and new ones, take as long as most of their kind. */
const secondsOf = (file: string): number =>
  (seconds as Readonly<Record<string, number>>)[nameOf(file)] ?? (isScenario(file) ? 1 : 0.1);

/** `scenarios/exec`, by which `seconds.json` has a file. */
export const nameOf = (file: string): string => relative(tests, file).replace(/\.test\.[jt]s$/, '');

export const shardPath = (name: string): string => join(import.meta.dirname, `${name}.ts`);

/** `project › keys › dns`: what a shard puts before the titles of a file, as ava does with a process for each file. */
export const placeOf = (file: string): string => nameOf(file).replaceAll('/', ' › ');

/** The title as the file has it, or undefined when it is of another file. */
export function titleOf(file: string, title: string): string | undefined {
  const place = `${placeOf(file)} › `;
  return title.startsWith(place) ? title.slice(place.length) : undefined;
}
