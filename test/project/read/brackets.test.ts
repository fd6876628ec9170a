import test from 'ava';
import { deeperBracket } from '../../../src/project/read/brackets.ts';

for (const [what, text, expected] of [
  ['sequences', 'a: [[[]]]', 5],
  ['mappings', '{a: {b: {c: d}}}', 8],
  ['both, never closed', '- [{a: [', 7],
  ['of a second document', 'a: [[]]\n---\n{a: [[1]]}', 17],
  ['after quotes, comments and blocks', 'a: "[[["\n# [[[\nb: |\n  [[[\nc: [ [ [', 33],
] as const)
  test(`brackets three levels deep: ${what}`, (t) => {
    t.is(deeperBracket(text, 2), expected);
    t.is(deeperBracket(text, 3), undefined);
  });

for (const text of [
  'a: "[[[["',
  "a: '{{{{'",
  '# [[[[',
  'a: |\n  [[[[\n  [',
  'a: [[]]\nb: [[]]',
  'a: x[[[[',
  ']]]]',
  '',
])
  test(`no brackets three levels deep: ${JSON.stringify(text)}`, (t) =>
    t.is(deeperBracket(text, 2), undefined));
