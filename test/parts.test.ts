import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import test from 'ava';
import budget from './budget.json' with { type: 'json' };

const read = (path: string): string => readFileSync(resolve(import.meta.dirname, '..', path), 'utf8');

test('every part of the tests has a budget, and together they are eight minutes at most', (t) => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Readonly<Record<string, string>> };
  const called = (text: string): readonly (readonly string[])[] => {
    const [, words = ''] = /test\/parts\.ts ([a-z:+ ]*[a-z])/.exec(text) ?? [];
    return words.split(' ').map((word) => word.split('+'));
  };
  const [, beside] = /TEST_BESIDE='([a-z:+]+)/.exec(read('.ci/run')) ?? [];
  t.true(scripts.test!.endsWith('$TEST_BESIDE'));
  const ci = called(scripts.test!.replace('$TEST_BESIDE', beside!));
  t.deepEqual(ci.flat(), Object.keys(budget));
  for (const name of ci.flat()) t.not(scripts[name], undefined, name);
  const allowed = (parts: readonly string[]): number =>
    Math.max(...parts.map((name) => budget[name as keyof typeof budget]));
  t.true(ci.reduce((sum, parts) => sum + allowed(parts), 0) <= 480);
});
