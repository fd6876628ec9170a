import test from 'ava';
import * as fc from 'fast-check';
import { interpolate, mentionsIn } from '../../../src/project/read/interpolate.ts';
import { anyText, holds } from './property.ts';

const name = fc.constantFrom('A', 'B', 'EMPTY', 'UNSET', '_x9', 'a');
const plain = fc
  .string({ unit: fc.constantFrom(...'ab $:-?+!\n"\'é') })
  .filter((text) => !text.includes('$'));
const operator = fc.constantFrom(':-', '-', ':?', '?', ':+', '+');

/** A template, and what it stands for, by the table of Compose and not by the code under test. */
type Sample = { readonly template: string; readonly text: string };

const values: Readonly<Record<string, string | undefined>> = {
  A: 'first',
  B: '$A',
  EMPTY: '',
  _x9: '${A}',
  a: '{}',
};
const lookup = (variable: string) => values[variable];

const { sample } = fc.letrec<{ sample: Sample; part: Sample }>((tie) => ({
  part: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    plain.map((text) => ({ template: text, text })),
    fc.constant({ template: '$$', text: '$' }),
    name.map((variable) => ({ template: `\${${variable}}`, text: values[variable] ?? '' })),
    fc.tuple(name, operator, tie('sample')).map(([variable, sign, operand]) => ({
      template: `\${${variable}${sign}${operand.template}}`,
      text: meaning(values[variable], sign, operand.text),
    })),
  ),
  sample: fc.array(tie('part'), { maxLength: 4 }).map((parts) => ({
    template: parts.map(({ template }) => template).join(''),
    text: parts.map(({ text }) => text).join(''),
  })),
}));

function meaning(value: string | undefined, sign: string, operand: string): string {
  const isSet = value !== undefined && !(sign.startsWith(':') && value === '');
  if (sign.endsWith('+')) return isSet ? operand : '';
  if (isSet) return value;
  return sign.endsWith('-') ? operand : '';
}

test('a template gives what the table of operators says, however nested', (t) => {
  holds(t, sample, ({ template, text }) => interpolate(template, lookup).text === text);
});

test('only what is required and not set is a problem of a well-formed template', (t) => {
  holds(t, sample, ({ template }) =>
    interpolate(template, lookup).problems.every(({ kind }) => kind === 'required' || kind === 'unset'),
  );
});

const anything = fc.oneof(
  anyText,
  fc.string({ unit: fc.constantFrom('$', '{', '}', ':-', '?', '+', 'A', 'UNSET', 'x', '\n'), maxLength: 40 }),
);

test('whatever the text, there is a result, and problems lie within it', (t) => {
  holds(t, anything, (template) => {
    const { text, problems } = interpolate(template, lookup);
    return (
      typeof text === 'string' &&
      problems.every(({ start, end }) => 0 <= start && start < end && end <= template.length)
    );
  });
});

test('a text without a dollar stays as it is', (t) => {
  holds(
    t,
    fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('$')),
    (text) => {
      const result = interpolate(text, lookup);
      return result.text === text && result.problems.length === 0;
    },
  );
});

test('doubled dollars give back any text', (t) => {
  holds(t, anything, (text) => {
    const result = interpolate(text.replaceAll('$', '$$$$'), lookup);
    return result.text === text && result.problems.length === 0;
  });
});

test('a result without dollars is final', (t) => {
  holds(t, sample, ({ template }) => {
    const { text } = interpolate(template, lookup);
    return text.includes('$') || interpolate(text, lookup).text === text;
  });
});

test('every variable that is looked up is one that the template mentions', (t) => {
  holds(t, anything, (template) => {
    const asked: string[] = [];
    interpolate(template, (variable) => {
      asked.push(variable);
      return values[variable];
    });
    const mentioned = mentionsIn(template).map((mention) => mention.name);
    return asked.every((variable) => mentioned.includes(variable));
  });
});
