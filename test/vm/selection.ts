import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';

const repository = resolve(import.meta.dirname, '../..');

/** Tests that are to run: what ava is told, and the titles that have to come out of it. */
export type Selection = { readonly files: readonly TestFile[]; readonly words: readonly string[] };

export type TestFile = { readonly name: string; readonly titles: readonly string[] };

/**
 * The tests that the host finds in the test files. A title says the subject of its test, `… [kernel]` or
 * `… [kernel, limits]`; `tag` leaves those that have it, `without` those that do not.
 */
export function selectTests(
  tag: string | undefined,
  isWanted: (file: string) => boolean = () => true,
  without?: string,
): Selection {
  const fits = (title: string): boolean =>
    (tag === undefined || tagsOf(title).includes(tag)) &&
    (without === undefined || !tagsOf(title).includes(without));
  // A tag stands in the file as it does in the title; to read the titles of all files takes long.
  const mayHave = (file: string): boolean =>
    tag === undefined || new RegExp(`[[ ]${tag}[\\],]`).test(readFileSync(join(repository, file), 'utf8'));
  const chosen = list(testFiles().filter(isWanted).filter(mayHave))
    .map(([name, titles]) => ({ name, titles: titles.filter(fits) }))
    .filter(({ titles }) => titles.length > 0);
  const patterns = [
    ...(tag === undefined ? [] : patternsOf(tag)),
    ...(without === undefined ? [] : patternsOf(without).map((pattern) => `!${pattern}`)),
  ];
  return { files: chosen, words: patterns.map((pattern) => `--match=${pattern}`) };
}

/** The same tests for several machines, whole files each, and about as many tests. */
export function dealOut({ files, words }: Selection, machines: number): readonly Selection[] {
  const hands = Array.from({ length: Math.min(machines, files.length) }, () => [] as TestFile[]);
  // A file takes as long to start as a test does.
  const weightOf = ({ name, titles }: TestFile): number => 1 + titles.length * (SLOW[basename(name)] ?? 1);
  const weight = (hand: readonly TestFile[]): number => hand.reduce((sum, file) => sum + weightOf(file), 0);
  for (const file of files.toSorted((a, b) => weightOf(b) - weightOf(a)))
    hands.reduce((least, hand) => (weight(hand) < weight(least) ? hand : least)).push(file);
  return hands.map((hand) => ({ files: hand, words }));
}

/** How many times longer than others the tests of a file take an emulated processor. */
const SLOW: Readonly<Record<string, number>> = {
  'bind-mounts.test.ts': 2,
  'device-rules.test.ts': 3,
  'faults.test.ts': 2,
  'health-faults.test.ts': 3,
  'image-roots.test.ts': 3,
  'limits.test.ts': 2,
};

const tagsOf = (title: string): readonly string[] => /\[([a-z, ]+)\]$/.exec(title)?.[1]?.split(', ') ?? [];

// First, last, in between, or alone.
const patternsOf = (tag: string): readonly string[] =>
  [`[${tag}]`, `[${tag}, *]`, `, ${tag}]`].map((end) => `*${end}`);

const testFiles = (): readonly string[] =>
  ['test/kernel', 'test/scenarios'].flatMap((directory) =>
    readdirSync(join(repository, directory), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.test.ts') && !(basename(name) in LEFT_OUT))
      .map((name) => join(directory, name)),
  );

/** Tests that say nothing about a kernel, or need more than a small machine has. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  'any-machine.test.ts': 'starts no container',
  'arm64.test.ts': 'emulates the other architecture, on the host',
  'bad-input.test.ts': 'is refused before anything is asked of the kernel',
  'bench-calls.test.ts': 'compares with the benchmark’s own program, on the host',
  'code.test.ts': 'reads the machine code of both architectures with binutils, on the host',
  'many.test.ts': 'a thousand containers are too many for a machine of 2 GB',
  'npm-start.test.ts': 'needs npm',
  'packaging.test.ts': 'needs npm',
  'recipes.test.ts': 'follows the pages, which show the host',
  'shipped.test.ts': 'completes in shells and shows the manual page',
  'stage.test.ts': 'reads the machine code of both architectures with binutils, on the host',
};

type Titles = readonly [file: string, titles: readonly string[]];

// The files are read as they are run, under the host’s Node.js, with an ava that takes the titles down; that takes long.
const list = (files: readonly string[]): readonly Titles[] => {
  const unknown = files.filter((file) => !listed.has(file));
  if (unknown.length > 0) {
    const words = ['--import=tsx', 'test/vm/titles/list.ts', ...unknown];
    const text = execFileSync(process.execPath, words, { cwd: repository, encoding: 'utf8' });
    for (const [file, titles] of JSON.parse(text) as readonly Titles[]) listed.set(file, titles);
  }
  return files.map((file) => [file, listed.get(file)!]);
};

const listed = new Map<string, readonly string[]>();
