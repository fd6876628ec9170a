import { existsSync, readdirSync } from 'node:fs';
import type { ExecutionContext } from 'ava';
import type { Result } from './cli.ts';
import { eventually } from './eventually.ts';
import { interfaces, nothingIsLeft } from './leftovers.ts';
import type { Project } from './project.ts';

/** The errors of a failed command: its exit status, the code of each error, and the place of each. */
export type Expected = {
  readonly code?: number;
  readonly errors: readonly string[];
  readonly at?: readonly string[];
  readonly says?: RegExp;
};

export function isRefused(t: ExecutionContext, result: Result, expected: Expected): void {
  const { stdout, stderr, code } = result;
  t.is(code, expected.code ?? 1, stderr);
  t.is(stdout, '', 'errors are no data');
  t.deepEqual(matches(stderr, /^error\[([a-z-]+)\]: /gm), expected.errors, stderr);
  if (expected.at) t.deepEqual(matches(stderr, /^ *--> (\S+)$/gm), expected.at, stderr);
  if (expected.says) t.regex(stderr, expected.says);
  t.notRegex(stderr, /^ +at .*:\d+:\d+\)?$/m, 'no stack trace');
}

/** Neither on the machine nor in the project's own directories. */
export async function nothingWasMade(project: Project): Promise<void> {
  await nothingIsLeft(project, interfaces);
  await eventually('nothing was kept', () => {
    const found = listing(project.stateDirectory);
    if (found.length > 0) throw new Error(found.join('\n'));
    return true;
  });
}

const matches = (text: string, pattern: RegExp): readonly string[] =>
  [...text.matchAll(pattern)].map(([, found = '']) => found);

const listing = (directory: string): readonly string[] =>
  existsSync(directory) ? readdirSync(directory).map((name) => `${directory}/${name}`) : [];
