import test from 'ava';
import { didYouMean } from '../../../src/base/text/typo.ts';

for (const [word, found] of [
  ['enviroment', 'environment'],
  ['environmment', 'environment'],
  ['envoronment', 'environment'],
  ['enviornment', 'environment'],
  ['Environment', 'environment'],
  ['envrnment', undefined],
  ['environment', undefined],
  ['x', undefined],
] as const) {
  test(`${word} means ${found}`, (t) => {
    t.is(didYouMean(word, ['environment', 'entrypoint', 'volumes']), found);
  });
}

test('two that are as near are no guess', (t) => {
  t.is(didYouMean('dv', ['db', 'dx']), undefined);
});
