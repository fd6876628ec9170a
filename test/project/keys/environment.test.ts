import test from 'ava';
import { canonicalService, problems, service, web } from '../support.ts';

test('a list and a mapping mean the same', (t) => {
  const expected = { A: '1', B: 'x=y', C: '' };
  t.deepEqual(service(t, web('environment: ["A=1", "B=x=y", "C="]')).environment, expected);
  t.deepEqual(service(t, web('environment: {A: 1, B: x=y, C: ""}')).environment, expected);
});

test('numbers and booleans become text', (t) => {
  t.deepEqual(service(t, web('environment: {A: 1.5, B: true, C: 0777}')).environment, {
    A: '1.5',
    B: 'true',
    C: '511',
  });
});

test('a variable without a value is taken from outside', (t) => {
  const options = { environment: { A: 'outside' } };
  t.deepEqual(service(t, web('environment: [A]'), options).environment, { A: 'outside' });
  t.deepEqual(service(t, web('environment: {A: }'), options).environment, { A: 'outside' });
});

test('a variable that is nowhere set is not set in the container', (t) => {
  t.deepEqual(service(t, web('environment: [A, B=1]')).environment, { B: '1' });
  t.deepEqual(canonicalService(web('environment: [A, B=1]')).environment, { A: null, B: '1' });
});

test('a dollar survives printing', (t) => {
  t.deepEqual(service(t, web('environment: {A: a$$b}')).environment, { A: 'a$b' });
});

test('a name is needed', (t) => {
  t.deepEqual(problems(web('environment: ["=1"]')), ['error invalid-value 4:19 "=1"']);
  t.deepEqual(problems(web('environment: {"A=B": 1}')), ['error invalid-value 4:19 "A=B"']);
});

test('a value is text, number, boolean or nothing', (t) => {
  t.deepEqual(problems(web('environment: {A: [1]}')), ['error invalid-type 4:22 [1]']);
});

test('a blank before `=` in a list is refused, for it would be part of the name', (t) => {
  t.deepEqual(problems(web('environment: ["A =1", "B\t=2", "C= 3"]')), [
    'error invalid-value 4:19 "A =1"',
    'error invalid-value 4:27 "B\t=2"',
  ]);
});
