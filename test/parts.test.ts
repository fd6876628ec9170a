import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import test from 'ava';
import budget from './budget.json' with { type: 'json' };

const read = (path: string): string => readFileSync(resolve(import.meta.dirname, '..', path), 'utf8');

test('every part of the tests has a budget, and together they are eight minutes at most', (t) => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Readonly<Record<string, string>> };
  const called = [scripts.test!, read('.ci/run')].flatMap((text) =>
    [...text.matchAll(/test\/parts\.ts ([a-z: ]*[a-z])/g)].flatMap(([, names = '']) => names.split(' ')),
  );
  t.deepEqual(called.toSorted(), Object.keys(budget).toSorted());
  for (const name of called) t.not(scripts[name], undefined, name);
  t.true(Object.values(budget).reduce((sum, seconds) => sum + seconds) <= 480);
});
