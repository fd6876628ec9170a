import { readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';

const tests = resolve(import.meta.dirname, '..');

/** Every file of unit tests, as absolute paths in their order; what runs containers is elsewhere. */
export const unitFiles = (): readonly string[] =>
  readdirSync(tests, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts') && !name.startsWith('scenarios/'))
    .toSorted()
    .map((name) => join(tests, name));

/** The shards of a kind: `unit-1.ts`, `unit-2.ts`, … in this folder. A further file is a further shard. */
export const shardsOf = (kind: string): readonly string[] =>
  readdirSync(import.meta.dirname)
    .filter((name) => new RegExp(`^${kind}-\\d+\\.ts$`).test(name))
    .map((name) => join(import.meta.dirname, name));

/** What a shard runs. Neighbours take about as long as each other, so they are dealt out like cards. */
export const filesOf = (shard: string, files: readonly string[]): readonly string[] => {
  const [, kind = '', number = ''] = /^(\w+)-(\d+)\.ts$/.exec(basename(shard)) ?? [];
  const shards = shardsOf(kind).length;
  return files.filter((_, index) => index % shards === Number(number) - 1);
};
