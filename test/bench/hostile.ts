import { spawnSync } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Place } from './prepare.ts';
import type { Subject } from './rounds.ts';

const LARGE = 10 * 2 ** 20;

const files: Readonly<Record<string, () => string | Uint8Array>> = {
  'random bytes': () => randomFillSync(new Uint8Array(LARGE)),
  keys: () => 'a: \n'.repeat(LARGE / 4),
  'one line': () => 'x'.repeat(LARGE),
  brackets: () => `x-a: ${'['.repeat(100_000)}${']'.repeat(100_000)}`,
  mappings: () => Array.from({ length: 2800 }, (_, depth) => `${' '.repeat(depth)}x-a:`).join('\n'),
  aliases: () =>
    Array.from(
      { length: 12 },
      (_, n) => `x-${n}: &a${n} [${Array(10).fill(n > 0 ? `*a${n - 1}` : 'ha')}]`,
    ).join('\n'),
  variables: () => `services: {a: {command: ["${'${A:-'.repeat(100_000)}x${'}'.repeat(100_000)}"]}}`,
};

/** How soon files are refused that are none; that they are, and with which words, is for the scenarios to say. */
export function hostile(place: Place): readonly Subject[] {
  return Object.entries(files).map(([name, text]) => {
    const file = join(place.directory, `hostile-${name.replaceAll(' ', '-')}.yaml`);
    writeFileSync(file, text());
    return { name: `hostile ${name}`, run: () => ({ [`hostile ${name}`]: refused(file, place) }) };
  });
}

function refused(file: string, place: Place): number {
  const begin = performance.now();
  const { status } = spawnSync(process.execPath, ['--', place.tscompose, '-f', file, 'config', '-q'], {
    env: place.environment,
    stdio: 'ignore',
  });
  if (status !== 1) throw new Error(`bench: ${file} was not refused`);
  return performance.now() - begin;
}
