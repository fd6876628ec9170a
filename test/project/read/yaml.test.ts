import test from 'ava';
import { canonicalService, loadText, problems, service, web } from '../support.ts';

test('a variable in braces inside of braces has to be in quotes', (t) => {
  const { diagnostics } = loadText('services: {a: {command: echo ${X}}}\n');
  t.is(diagnostics[0]?.code, 'yaml-syntax');
  t.is(diagnostics[0]?.help, 'put the value with the variable in quotes');
  t.is(loadText('services: [a\n').diagnostics[0]?.help, undefined);
});

test('anchors, aliases and merge keys, also several', (t) => {
  const text = `x-a: &a {A: 1, B: 1}
x-b: &b {B: 2, C: 2}
services:
  web:
    command: sleep 1
    environment:
      <<: *a
      <<: [*b]
      A: own
`;
  t.deepEqual(service(t, text).environment, { A: 'own', B: '1', C: '2' });
});

test('an anchor at a key stands for the name, also in the value of that key', (t) => {
  const text = `services:
  &one web: &base
    image: x
    hostname: *one
  &two other:
    <<: *base
    hostname: *two
`;
  t.deepEqual(problems(text), []);
  t.is(canonicalService(text).hostname, 'web');
  t.is(loadText(text).canonical!.services.other!.hostname, 'other');
});

test('an error in what an alias stands for is shown where it is written', (t) => {
  const text = 'x-m: &m much\nservices:\n  a: {command: x, memory: *m}\n  b: {command: x}\n';
  t.deepEqual(
    problems(text),
    ['error invalid-value 1:6 &m much'].map((line) => line.replace('1:6 &m ', '1:9 ')),
  );
});

test('a key twice in one mapping shows both', (t) => {
  const text = web('hostname: a\nhostname: b');
  t.deepEqual(problems(text), ['error duplicate-key 5:5 hostname']);
  t.is(loadText(text).diagnostics[0]!.labels?.[0]?.at.line, 4);
});

test('a key that is not text', (t) => {
  t.deepEqual(problems(web('environment: {1: a}')), ['error invalid-type 4:19 1']);
});

test('octal numbers of YAML 1.1', (t) => {
  t.deepEqual(service(t, web('environment: {A: 0777, B: 0o17, C: "0777"}')).environment, {
    ...{ A: '511', B: '15', C: '0777' },
  });
});

test('text that is not YAML', (t) => {
  t.deepEqual(problems('services: [a\n'), ['error yaml-syntax 2:1 ']);
  t.deepEqual(
    problems('services:\n\tweb: 1\n').map((line) => line.slice(0, 21)),
    ['error yaml-syntax 2:1'],
  );
});

test('an empty file and one that is not a mapping', (t) => {
  t.deepEqual(problems(''), ['error invalid-type 1:1 ']);
  t.deepEqual(problems('# nothing\n'), ['error invalid-type 1:1 ']);
  t.deepEqual(problems('- a\n'), ['error invalid-type 1:1 - a']);
  t.deepEqual(problems('text'), ['error invalid-type 1:1 text']);
});

test('a file without services loads', (t) => {
  t.deepEqual(problems('name: a\n'), []);
  t.deepEqual(loadText('name: a\n').project?.services, {});
});

test('an alias that contains itself', (t) => {
  t.deepEqual(problems('x-a: &a [*a]\n'), ['error yaml-syntax 1:10 *a']);
});

test('an alias bomb is refused', (t) => {
  const lines = ['x-0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
  for (let level = 1; level < 10; level++) {
    lines.push(
      `x-${level}: &a${level} [${Array(10)
        .fill(`*a${level - 1}`)
        .join(', ')}]`,
    );
  }
  // What is not refused is ten billion values.
  t.deepEqual(
    problems(lines.join('\n')).map((line) => line.slice(0, 17)),
    ['error yaml-syntax'],
  );
});

test('nesting deeper than the stack is refused', (t) => {
  for (const text of ['['.repeat(100_000), `${'['.repeat(20_000)}${']'.repeat(20_000)}`]) {
    t.deepEqual(
      [...new Set(problems(`x-a: ${text}`).map((line) => line.slice(0, 17)))],
      ['error yaml-syntax'],
    );
  }
});

test('a key of JavaScript is no trap', (t) => {
  t.deepEqual(problems('services:\n  __proto__: {command: a}\n'), ['error invalid-value 2:3 __proto__']);
  t.deepEqual(problems('services:\n  constructor: {command: a}\n'), []);
});

test('a NUL character, which no system call could carry', (t) => {
  t.deepEqual(problems(web('command: ["a\\0b"]')), ['error invalid-value 3:15 "a\\0b"']);
});
