import test from 'ava';
import { interpolate, mentionsIn } from '../../../src/project/read/interpolate.ts';

const variables = new Map([
  ['FOO', 'first'],
  ['BAR', 'second'],
  ['EMPTY', ''],
]);
const lookup = (name: string) => variables.get(name);

for (const [template, text] of [
  ['$FOO ${FOO}', 'first first'],
  ['$$FOO', '$FOO'],
  ['$$$FOO', '$first'],
  ['$FOO-bar', 'first-bar'],
  ['${FOO:-d} ${EMPTY:-d} ${UNSET:-d}', 'first d d'],
  ['${FOO-d} ${EMPTY-d} ${UNSET-d}', 'first  d'],
  ['${FOO:+r} ${EMPTY:+r} ${UNSET:+r}', 'r  '],
  ['${FOO+r} ${EMPTY+r} ${UNSET+r}', 'r r '],
  ['${FOO:?e} ${FOO?e}${EMPTY?e}', 'first first'],
  ['${UNSET:-{}}', '{}'],
  ['${UNSET:-{"json":1}}', '{"json":1}'],
  ['${UNSET:-${BAR:-z}}', 'second'],
  ['${UNSET:-$FOO}', 'first'],
  ['${UNSET:-a}b}c', 'ab}c'],
  ['${UNSET-myerror?msg}', 'myerror?msg'],
  ['${foo-bar}', 'bar'],
  ['${FOO:+${BAR}}', 'second'],
  ['${UNSET:-{}} ${FOO}', '{} first'],
  ['${UNSET:-a\nb}', 'a\nb'],
  ['$5 $} a $ b ^A$', '$5 $} a $ b ^A$'],
  ['${UNSET:-$$}', '$'],
] as const) {
  test(`${JSON.stringify(template)} gives ${JSON.stringify(text)}`, (t) => {
    t.deepEqual(interpolate(template, lookup), { text, problems: [] });
  });
}

for (const template of ['${', '${}', '${ foo}', '${foo }', '${foo!}', '${FOO[0]}', '${FOO', '${FOO:x}']) {
  test(`${template} is malformed`, (t) => {
    const { problems } = interpolate(`a ${template}`, lookup);
    t.deepEqual(problems, [{ kind: 'malformed', start: 2, end: 2 + template.length }]);
  });
}

test('an unset variable is named with its place', (t) => {
  const { text, problems } = interpolate('a ${UNSET} $NONE', lookup);
  t.is(text, 'a  ');
  t.deepEqual(problems, [
    { kind: 'unset', name: 'UNSET', start: 2, end: 10 },
    { kind: 'unset', name: 'NONE', start: 11, end: 16 },
  ]);
});

test('a required variable brings its own message, with variables replaced', (t) => {
  const { problems } = interpolate('${UNSET:?set $FOO} ${EMPTY:?} ${UNSET?}', lookup);
  t.deepEqual(problems, [
    { kind: 'required', name: 'UNSET', message: 'set first', start: 0, end: 18 },
    { kind: 'required', name: 'EMPTY', message: '', start: 19, end: 29 },
    { kind: 'required', name: 'UNSET', message: '', start: 30, end: 39 },
  ]);
});

test('a text that is not used is not read', (t) => {
  t.deepEqual(interpolate('${FOO:-${UNSET:?no}}${EMPTY:+$UNSET}', lookup), { text: 'first', problems: [] });
});

test('problems in nested text have their place in the whole', (t) => {
  const { problems } = interpolate('${UNSET:-x ${NONE}}', lookup);
  t.deepEqual(problems, [{ kind: 'unset', name: 'NONE', start: 11, end: 18 }]);
});

test('nesting without end is refused, not followed', (t) => {
  const { problems } = interpolate(`${'${A:-'.repeat(10_000)}x${'}'.repeat(10_000)}`, lookup);
  t.deepEqual(
    problems.map(({ kind }) => kind),
    ['malformed'],
  );
});

test('the variables of a template', (t) => {
  t.deepEqual(mentionsIn('$A ${B:-x${C:?say}} $$D $5 ${E+} ${F'), [
    { name: 'A', isRequired: false },
    { name: 'B', isRequired: false, preset: 'x${C:?say}' },
    { name: 'C', isRequired: true },
    { name: 'E', isRequired: false, replacement: '' },
  ]);
});
